// node scripts/run.mjs <file.ts> [arguments]: a command of this project, also on a clone where nothing is installed yet.
import { runTypeScript } from './run-typescript.mjs';

const [file, ...args] = process.argv.slice(2);
await runTypeScript(file, args, { pages: false });
