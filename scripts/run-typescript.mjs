import { spawn } from 'node:child_process';

import { NotReady, PROJECT, projectEnvironment, readyProject, say } from './ready-project.mjs';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Readies the project, then becomes a TypeScript program of it: its arguments, its signals, its exit code. */
export async function runTypeScript(file, args, { pages }) {
  const node = await readyProject({ pages }).catch((error) => {
    say(error instanceof NotReady ? error.message : (error.stack ?? String(error)));
    process.exit(1);
  });
  const flags = ['--import', './scripts/typescript.mjs', '--import', './scripts/end-with-parent.mjs', file, ...args];
  const program = spawn(node, flags, {
    cwd: PROJECT,
    env: projectEnvironment(node),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // A group of its own: a signal to ours (Ctrl-C, a supervisor) comes to it once, through us.
    detached: process.platform !== 'win32',
  });
  let passedAt = 0;
  const pass = (signal) => {
    // npm passes on what the terminal sent to everybody; a program asked twice would believe that somebody is impatient.
    if (Date.now() - passedAt < 1_000) return;
    passedAt = Date.now();
    program.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  if (process.env.npm_lifecycle_event !== undefined) onceOrphaned(() => pass('SIGTERM'));
  program.once('error', (error) => {
    say(`${file} could not be started with ${node}: ${error.message}`);
    process.exit(1);
  });
  program.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of SIGNALS) process.off(name, pass);
    process.kill(process.pid, signal);
  });
}

/** npm gives a SIGTERM to the shell between us, which dies of it without a word to us. */
function onceOrphaned(then) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, 200).unref();
}
