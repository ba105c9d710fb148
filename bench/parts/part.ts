import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A process of the bench: a server, a floor, a client. */
export interface Part {
  /** Calls one of the functions that the part answers with. */
  ask<T>(what: string, given?: unknown): Promise<T>;
  stop(): Promise<void>;
}

interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

/** Starts a file of bench/ as a process of its own. What it prints goes to stderr, it ends with this process. */
export async function startPart(file: string, profileDir: string | null = null): Promise<Part> {
  const profiling = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  const flags = [
    ...profiling,
    '--import',
    './scripts/typescript.mjs',
    '--import',
    './scripts/end-with-parent.mjs',
    `bench/${file}`,
  ];
  const child = spawn(process.execPath, flags, {
    cwd: PROJECT,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended.`));
    waiting.clear();
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    void ended.then(() => reject(new Error(`${file} could not be started.`)));
  });
  await ready;
  child.on('message', ({ id, result, error }: Answer) => {
    const asker = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asker?.resolve(result);
    else asker?.reject(new Error(`${file}: ${error}`));
  });

  return {
    ask: <T>(what: string, given?: unknown) =>
      new Promise<T>((resolve, reject) => {
        const id = (asked += 1);
        waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
        child.send({ id, what, given });
      }),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
