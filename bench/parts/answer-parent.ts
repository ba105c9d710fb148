import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

interface Question {
  id: number;
  what: string;
  given: never;
}

/** The child's end of a part: answers its parent's questions until it is ended. */
export function answerParent(answers: Record<string, (given: never) => unknown>): void {
  const answer = async ({ id, what, given }: Question) => {
    try {
      const result = await answers[what]?.(given);
      process.send?.({ id, result });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  process.on('message', (question: Question) => void answer(question));
  // The parent is what this process lives for.
  process.channel?.ref();
  // Not by default: a profile is written on an orderly exit only.
  process.once('SIGTERM', () => process.exit(0));
  process.send?.('ready');
}

/** CPU that this process has used so far, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What this process holds after everything that can go has gone: memory that JavaScript uses, and all that the system gave it, in bytes. */
export function memoryHeld(): { used: number; resident: number } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { used: heapUsed + external, resident: rss };
}
