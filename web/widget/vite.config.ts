import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The chat widget: one classic script for pages of any origin, beside the pages. */
export default defineConfig({
  root: here('.'),
  publicDir: false,
  build: {
    outDir: here('../dist'),
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: here('main.ts'), formats: ['iife'], name: 'PunosWidget', fileName: () => 'widget.js' },
  },
});
