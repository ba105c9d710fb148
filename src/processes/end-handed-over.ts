import type { Worker } from 'node:cluster';

interface HandedOver {
  close(): void;
}

/**
 * Ends the connection that was on its way to a process when that died. Node's cluster keeps such a one open and forgets it: whoever
 * connected would wait for an answer of nobody. One at a time is on its way to each process; closing what it has taken already does nothing.
 */
export function endHandedOver({ process: child }: Worker): void {
  const send = child.send.bind(child) as (...all: unknown[]) => boolean;
  let last: HandedOver | null = null;
  child.send = (message: unknown, handle?: unknown, ...rest: unknown[]) => {
    if (isNewConnection(message)) last = (handle as HandedOver | undefined) ?? null;
    return send(message, handle, ...rest);
  };
  child.once('exit', () => last?.close());
}

const isNewConnection = (message: unknown) =>
  typeof message === 'object' && message !== null && 'act' in message && message.act === 'newconn';
