import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test, vi } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'punos-scripts-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Says that it runs, then waits; says farewell into a file when it is asked to end. */
const SERVER = `
  import { writeFileSync } from 'node:fs';
  let asked = 0;
  process.on('SIGTERM', () => {
    asked += 1;
    setTimeout(() => {
      writeFileSync(process.argv[2] as string, asked === 1 ? 'in order' : 'asked ' + asked + ' times');
      process.exit(3);
    }, 200);
  });
  setInterval(() => undefined, 60_000);
  console.log(JSON.stringify({ ready: process.pid }));
`;

test('a program gets its arguments, alone writes to stdout, and its exit code is kept', () => {
  const file = program('echo', `console.log(JSON.stringify(process.argv.slice(2))); process.exit(7);`);

  const { status, stdout } = spawnSync(process.execPath, ['scripts/run.mjs', file, '--json', 'a b'], {
    cwd: project,
    encoding: 'utf8',
  });

  expect(stdout).toBe('["--json","a b"]\n');
  expect(status).toBe(7);
});

test('a program that is asked to end does so in order, and its exit code is kept', async () => {
  const farewell = join(place, 'farewell-of-term');
  const { child } = await started(farewell);

  child.kill('SIGTERM');

  expect(await exitCode(child)).toBe(3);
  expect(readFileSync(farewell, 'utf8')).toBe('in order');
});

test('a program that is asked by everybody at once, as Ctrl-C under npm does, is asked once', async () => {
  const farewell = join(place, 'farewell-of-many');
  const { child } = await started(farewell);

  for (let times = 0; times < 3; times += 1) child.kill('SIGTERM');

  expect(await exitCode(child)).toBe(3);
  expect(readFileSync(farewell, 'utf8')).toBe('in order');
});

test('a program whose starter is killed ends too and does not keep its port', async () => {
  const { child, pid } = await started(join(place, 'farewell-of-kill'));

  child.kill('SIGKILL');

  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 60_000 });
});

test('a Node that is too old, without the one that npm brings, is told what to do', () => {
  const clone = join(place, 'clone');
  cpSync(join(project, 'scripts'), join(clone, 'scripts'), { recursive: true });
  cpSync(join(project, 'package.json'), join(clone, 'package.json'));
  writeFileSync(join(clone, 'package-lock.json'), '{}');
  mkdirSync(join(clone, 'node_modules'));
  const hash = createHash('sha256').update('package-lock.json').update('{}').digest('hex');
  writeFileSync(join(clone, 'node_modules/.punos-installed'), `${hash} ${process.platform}-${process.arch}`);
  const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})`;

  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/start.mjs', '--json'], {
    cwd: clone,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(pretend)}` },
  });

  expect(stderr).toContain('Punos needs Node 22.18 or newer. This is 20.20.2');
  expect(stderr).toContain('npm rebuild node');
  expect(stdout).toBe('');
  expect(status).toBe(1);
});

function program(name: string, text: string): string {
  const file = join(place, `${name}.mts`);
  writeFileSync(file, text);
  return file;
}

async function started(farewell: string): Promise<{ child: ChildProcess; pid: number }> {
  const file = program('server', SERVER);
  const child = spawn(process.execPath, ['scripts/run.mjs', file, farewell], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))),
  );
  return { child, pid: (JSON.parse(line) as { ready: number }).ready };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => child.once('exit', resolve));
}
