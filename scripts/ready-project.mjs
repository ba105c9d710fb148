// Makes a fresh clone ready to run. Plain JavaScript for any Node from 18 on: nothing is installed yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { patchPackages } from './patch-packages.mjs';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const MODULES = join(PROJECT, 'node_modules');
const STAMP = join(MODULES, '.punos-installed');
const LOCK = join(PROJECT, '.punos', 'install.lock');
const WEB = join(PROJECT, 'web');
const WEB_STAMP = join(WEB, 'dist', '.built-from');
const OLDEST_NODE = [22, 18];

/** A sentence for the operator, not a bug: shown without a stack. */
export class NotReady extends Error {}

/** Installs what is missing and builds the pages when they changed. Says what it does on stderr. Returns the Node to run with. */
export async function readyProject({ pages = true } = {}) {
  if (!isInstalled()) await oneAtATime(install);
  patchPackages(say);
  const node = pinnedNode();
  if (pages) await buildPages(node);
  return node;
}

/** The environment for programs of this project: its own tools and its own Node come first. */
export function projectEnvironment(node) {
  const path = [join(node, '..'), join(MODULES, '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path };
}

/** Runs a program of this project and resolves with its exit code. */
export async function run(program, args, { started = () => undefined, ...options } = {}) {
  const child = spawn(program, args, { cwd: PROJECT, stdio: 'inherit', ...options });
  started(child.pid);
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

export const say = (line) => process.stderr.write(`${line}\n`);

/** By our stamp, or by npm's own list when somebody ran `npm ci` by hand. */
function isInstalled() {
  if (!existsSync(MODULES)) return false;
  if (readOr(STAMP, '') === lockHash()) return true;
  if (!matchesLock()) return false;
  tryWrite(STAMP, lockHash());
  return true;
}

function matchesLock() {
  try {
    const wanted = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(MODULES, '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

async function install() {
  if (isInstalled()) return;
  if (existsSync(MODULES) && lstatSync(MODULES).isSymbolicLink()) {
    throw new NotReady('node_modules is a link and does not match package-lock.json. Run `npm ci` where it leads to.');
  }
  rmSync(STAMP, { force: true });
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say('Installing packages (once, about a minute) …');
  const tick = setInterval(() => say(`  … still installing, ${seconds()} s`), 10_000);
  // Also in production: the pinned Node and the builder of the pages are development dependencies.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await runNpm(args).finally(() => clearInterval(tick));
  if (code !== 0)
    throw new NotReady(`npm ci failed (exit code ${code}); what it said stands above. Start again when it is mended.`);
  writeFileSync(STAMP, lockHash());
  say(`Installed in ${seconds()} s.`);
}

/** The npm that runs us when there is one, else the one on the path. Nothing of it goes to stdout. */
function runNpm(args) {
  const own = process.env.npm_execpath;
  // It goes on for a while when we are killed, so the lock names it too.
  const options = { stdio: ['ignore', 2, 2], started: (pid) => writeFileSync(LOCK, `${process.pid} ${pid}`) };
  if (own?.endsWith('.js')) return run(process.execPath, [own, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** Two first starts at once would delete each other's packages. The lock of a process that died is taken over. */
async function oneAtATime(work) {
  mkdirSync(join(LOCK, '..'), { recursive: true });
  let told = false;
  while (!takeLock()) {
    if (!told) say('Another process is installing the packages; waiting for it …');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const release = () => rmSync(LOCK, { force: true });
  process.once('exit', release);
  try {
    await work();
  } finally {
    release();
    process.off('exit', release);
  }
}

function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw new NotReady(`Cannot write ${LOCK}: ${error.message}`);
  }
  const holders = readOr(LOCK, '').split(' ').filter(Boolean).map(Number);
  // An empty file is being written at this moment; one of dead processes is removed and fought for anew.
  if (holders.length > 0 && !holders.some(isAlive)) rmSync(LOCK, { force: true });
  return false;
}

function pinnedNode() {
  const pinned = join(MODULES, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return process.execPath;
  throw new NotReady(
    `Punos needs Node ${OLDEST_NODE.join('.')} or newer. This is ${process.versions.node}, and the Node 24 that npm brings is missing ` +
      '(install scripts may be switched off). Run `npm rebuild node --ignore-scripts=false`, or install Node 24 from nodejs.org, and start again.',
  );
}

/** Builds web/ when its files changed since the last build. */
async function buildPages(node) {
  if (!existsSync(join(WEB, 'vite.config.ts'))) return say('No pages to build: web/ has no vite.config.ts.');
  const hash = hashOf(filesIn(WEB));
  if (readOr(WEB_STAMP, '') === hash) return undefined;
  const started = Date.now();
  say('Building the pages …');
  const code = await run(node, [join(MODULES, 'vite', 'bin', 'vite.js'), 'build', 'web', '--logLevel', 'warn'], {
    stdio: ['ignore', 2, 2],
    env: { ...projectEnvironment(node), NODE_ENV: 'production' },
  });
  if (code !== 0) throw new NotReady(`The pages could not be built (exit code ${code}); what vite said stands above.`);
  tryWrite(WEB_STAMP, hash);
  return say(`Built the pages in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

const lockHash = () => `${hashOf([join(PROJECT, 'package-lock.json')])} ${process.platform}-${process.arch}`;

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(PROJECT.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function filesIn(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !['dist', 'node_modules'].includes(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    });
}

function readOr(file, otherwise) {
  return existsSync(file) ? readFileSync(file, 'utf8') : otherwise;
}

/** A clone that belongs to somebody else still runs; it only looks again next time. */
function tryWrite(file, content) {
  try {
    writeFileSync(file, content);
  } catch {
    // Not ours to write: see above.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
