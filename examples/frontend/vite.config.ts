import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page's own server passes /graphql (and not /graphql.ts) on to Punos, so that a browser sees one origin and CORS_ORIGINS stays empty. */
const proxy = { '^/graphql($|[?])': { target: process.env['PUNOS_URL'] ?? 'http://127.0.0.1:4000', ws: true } };

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  resolve: { dedupe: ['graphql', 'react', 'react-dom'] },
  server: { host: '127.0.0.1', proxy },
  preview: { host: '127.0.0.1', proxy },
  build: { target: 'es2023' },
});
