// npm run lint [-- step …]: everything a machine can say about the code, two steps at a time.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const ROOMS = ['src', 'test', 'scripts', 'bench', 'examples', 'web'];
const TSC = join(PROJECT, 'node_modules/typescript-7/bin/tsc');
const BANNED_WORDS = /(^|-)(manager|helper|helpers|util|utils|common|base|misc|data|info)(-|\.|$)/;

const STEPS = {
  // As long as all others together, so it begins first.
  eslint: () => run('eslint', ['--max-warnings', '0', '.']),
  names: () => wrongNames(),
  prettier: () => run('prettier', ['--check', '--log-level', 'warn', '.']),
  tsc: () => typesOf('.'),
  ...(existsSync(join(PROJECT, 'web/tsconfig.json')) ? { 'tsc web': () => typesOf('web') } : {}),
  // The example with its tests.
  'tsc frontend': () => typesOf('test/examples/frontend'),
  layers: () => run('depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'err-long', 'src']),
  knip: () => run('knip', ['--no-progress']),
};

const wanted = process.argv.slice(2);
const queue = Object.entries(STEPS).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const failed = [];
// The types of the example's documents follow the schema: too large to commit, made in a second.
const typed = await run('gql.tada', ['generate-output', '-c', 'examples/frontend/tsconfig.json']);
if (!typed.ok) {
  console.log(typed.said);
  process.exit(1);
}
const worker = async () => {
  for (let step = queue.shift(); step; step = queue.shift()) {
    const [name, work] = step;
    const started = Date.now();
    const { ok, said } = await work();
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${((Date.now() - started) / 1000).toFixed(1)} s`);
    if (!ok) {
      failed.push(name);
      console.log(said.trimEnd().replace(/^/gm, '     '));
    }
  }
};
await Promise.all([worker(), worker()]);
console.log(failed.length === 0 ? 'lint passed' : `lint failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

/**
 * By the native compiler, in a quarter of the time. typescript-eslint needs the one written in JavaScript, so there are two, and both call
 * themselves tsc. One thread: another step has the other processor.
 */
function typesOf(project) {
  return run(process.execPath, [TSC, '--noEmit', '--pretty', 'false', '--singleThreaded', '-p', project]);
}

/** Runs a tool of node_modules with the Node that runs this file. */
async function run(tool, args) {
  const path = [join(PROJECT, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(tool, args, {
    cwd: PROJECT,
    env: { ...process.env, PATH: path, FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => ((said += String(error)), resolve(1)));
    child.once('close', resolve);
  });
  return { ok: code === 0, said };
}

/** Files are kebab-case and named after what they export; some words name nothing. */
async function wrongNames() {
  const wrong = ROOMS.filter((room) => existsSync(join(PROJECT, room))).flatMap((room) => wrongIn(join(PROJECT, room)));
  const said = wrong.map(
    (path) =>
      `${path}: say what it does, in kebab-case, with a word of the design; no manager, helper, utils, common, base, misc, data, info, no .service suffix`,
  );
  return { ok: wrong.length === 0, said: said.join('\n') };
}

function wrongIn(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', 'public'].includes(entry.name)) return [];
    const path = join(directory, entry.name);
    const inside = entry.isDirectory() ? wrongIn(path) : [];
    const code = entry.isDirectory() || /\.(ts|tsx|mjs)$/.test(entry.name);
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*((\.(test|config|d))?\.(ts|tsx|mjs))?$/.test(entry.name);
    const wrong = BANNED_WORDS.test(entry.name) || (code && !kebab);
    return wrong ? [relative(PROJECT, path), ...inside] : inside;
  });
}
