// npm start: everything from a fresh clone to a running server. Arguments go on to src/main.ts.
import { runTypeScript } from './run-typescript.mjs';

await runTypeScript('src/main.ts', process.argv.slice(2), { pages: true });
