import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** An example as its reader starts it: `node <file>` with nothing but the environment. */
export function anExample(file: string, environment: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  const child = spawn(process.execPath, [`${EXAMPLES}/${file}`], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const keep = (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    /** What it wrote, line by line. */
    lines,
    async end(signal: NodeJS.Signals = 'SIGKILL') {
      child.kill(signal);
      await gone;
    },
  };
}
