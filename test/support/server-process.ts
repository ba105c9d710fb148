import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { portToKeep } from './port-to-keep.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const START_WITHIN_MS = 300_000;
/** Far past every grace: who has not ended by then never does. */
const END_WITHIN_MS = 300_000;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal to the end, in milliseconds. */
  readonly tookMs: number;
}

/** A real server in a process of its own, on a port that it keeps over its lives. */
export interface ServerProcess {
  readonly url: string;
  /** Process id of this life. */
  readonly pid: number | undefined;
  readonly isRunning: boolean;
  /** The next life; resolves when it is ready. */
  start(): Promise<void>;
  /** Sends a signal and resolves when the process is gone. One that does not end for minutes is killed, and its exit says so. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit>;
  /** Everything it wrote, last lines first to be read when something went wrong. */
  readonly log: readonly string[];
}

/** A server over a database that is there already; `settings` are environment variables. */
export async function aServerProcess(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const port = await portToKeep();
  const log: string[] = [];
  let child: ReturnType<typeof run> | null = null;

  const environment = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    ...settings,
  };
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    get pid() {
      return child?.pid;
    },
    get isRunning() {
      return child !== null;
    },
    async start() {
      if (child) throw new Error('The server runs already.');
      const started = run(environment, log);
      child = started;
      void started.gone.then(() => {
        if (child === started) child = null;
      });
      await started.ready;
    },
    async end(signal) {
      const ending = child;
      if (!ending) throw new Error(`The server does not run.\n${log.slice(-20).join('\n')}`);
      const began = performance.now();
      ending.signal(signal);
      const late = setTimeout(() => ending.signal('SIGKILL'), END_WITHIN_MS);
      const exit = await ending.gone;
      clearTimeout(late);
      return { ...exit, tookMs: Math.round(performance.now() - began) };
    },
  };
}

function run(env: Record<string, string>, log: string[]) {
  // Through the same flags as `npm start`; with its parent it ends too, also when that is killed.
  const child = spawn(
    process.execPath,
    ['--import', './scripts/typescript.mjs', '--import', './scripts/end-with-parent.mjs', 'src/main.ts', '--json'],
    { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const note = (bytes: Buffer) => {
    log.push(...bytes.toString().split('\n').filter(Boolean));
    log.splice(0, log.length - 500);
  };
  child.stderr!.on('data', note);
  const gone = new Promise<Omit<Exit, 'tookMs'>>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Not ready in ${START_WITHIN_MS} ms`)), START_WITHIN_MS);
    child.stdout!.on('data', (bytes: Buffer) => {
      note(bytes);
      if (bytes.includes('"url"')) {
        clearTimeout(late);
        resolve();
      }
    });
    void gone.then(({ code, signal }) => {
      clearTimeout(late);
      reject(new Error(`The server ended with ${code ?? signal}:\n${log.slice(-20).join('\n')}`));
    });
  });
  // Who waits for it is told; nobody may be waiting when a process is killed while it starts.
  ready.catch(() => undefined);
  return { pid: child.pid, ready, gone, signal: (signal: NodeJS.Signals) => void child.kill(signal) };
}
