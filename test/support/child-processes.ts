import { execFileSync } from 'node:child_process';

/** The processes that a process has started and that run this program. */
export function childProcesses(parent: number, program: string): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return Number(ppid) === parent && args!.includes(program) ? [Number(pid)] : [];
    });
}
