import { execFileSync } from 'node:child_process';

/** What a process needs besides its sockets. */
const RESERVE = 200;

/** Throws a sentence when a process may not hold this many sockets. Node raises the soft limit to the hard one by itself. */
export function requireOpenFiles(sockets: number): void {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  if (limit !== 'unlimited' && Number(limit) < sockets + RESERVE)
    throw new Error(
      `This bench holds ${sockets} sockets in one process, and the hard limit of open files is ${limit}. Raise it: ulimit -Hn ${sockets + RESERVE}.`,
    );
}
