import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { build, defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Three pages and the chat widget, every byte from our own server. No inline script, so that the strict content security policy holds. */
export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [
    react(),
    {
      name: 'chat-widget',
      apply: 'build',
      // A build of its own: one classic script. After the pages, whose build empties the folder.
      closeBundle: async () => void (await build({ configFile: here('widget/vite.config.ts'), logLevel: 'warn' })),
    },
  ],
  resolve: { dedupe: ['graphql', 'react', 'react-dom'] },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // The editor of GraphiQL is one large part that only its page loads.
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: {
      input: { live: here('index.html'), graphiql: here('graphiql/index.html'), shop: here('demo-shop/index.html') },
      onLog: (level, log, report) => {
        // A dependency of GraphiQL tells the React compiler, which we do not use, to leave it alone.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
