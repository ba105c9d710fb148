// node --import ./scripts/typescript.mjs <file.ts>: Node runs our TypeScript, decorators included, which it does not know by itself.
//
// A file is translated once, by what stands in it, and what V8 made of the result is kept too: a start reads both from node_modules/.cache.
// Resolving stays Node's own, our imports name whole files. That halves the CPU of a start against tsx, and the tests start hundreds.
// Where the cache cannot be written, each start translates for itself.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../node_modules/.cache/punos', import.meta.url));
const require = createRequire(import.meta.url);

/** As in tsconfig.json. Names of functions stay as nothing is renamed. */
const OPTIONS = {
  loader: 'ts',
  format: 'esm',
  target: 'node22',
  sourcemap: 'inline',
  sourcesContent: false,
  tsconfigRaw: {
    compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false, verbatimModuleSyntax: true },
  },
};
const translator = `${require('esbuild/package.json').version} ${JSON.stringify(OPTIONS)}`;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts') || url.includes('/node_modules/'))
      return nextLoad(url, context);
    return { format: 'module', source: translated(fileURLToPath(url)), shortCircuit: true };
  },
});
process.setSourceMapsEnabled(true);
enableCompileCache(join(CACHE, 'compiled'));

function translated(file) {
  const text = readFileSync(file);
  const hash = createHash('sha256').update(translator).update(file).update('\0').update(text).digest('hex');
  const kept = join(CACHE, 'translated', `${hash}.mjs`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = require('esbuild').transformSync(text, { ...OPTIONS, sourcefile: file });
    keep(kept, code);
    return code;
  }
}

/** Processes that start at once write the same; none reads half a file. */
function keep(file, code) {
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, code);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // Not ours to write: see above.
  }
}
