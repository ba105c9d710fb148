import type { Worker } from 'node:cluster';

import { Counter, Registry } from 'prom-client';

import type { Figures, FromProcess, ToProcess } from './process-messages.ts';

/** A process that does not answer in this time is left out: the others' figures are wanted most when one hangs. */
const ANSWER_WITHIN_MS = 1_000;

interface Asking {
  readonly asker: Worker;
  readonly askedId: number;
  readonly waitFor: Set<Worker>;
  readonly all: Figures[];
  readonly timer: NodeJS.Timeout;
}

/**
 * Brings the figures of all processes together for whichever was asked for them: a scrape comes to one of them, nobody knows which.
 */
export function gatherFigures(workers: () => readonly Worker[]) {
  const registry = new Registry();
  const replacedTotal = new Counter({
    name: 'punos_processes_replaced_total',
    help: 'Processes that ended without being asked to, and were replaced.',
    registers: [registry],
  });
  const askings = new Map<number, Asking>();
  let ids = 0;

  function hear(worker: Worker, message: FromProcess): void {
    if (message.say === 'ask-figures') void ask(worker, message.id);
    if (message.say !== 'figures') return;
    const asking = askings.get(message.id);
    if (!asking?.waitFor.delete(worker)) return;
    asking.all.push(message.figures);
    if (asking.waitFor.size === 0) answer(message.id);
  }

  async function ask(asker: Worker, askedId: number): Promise<void> {
    const own = await registry.getMetricsAsJSON();
    const id = (ids += 1);
    const asked = workers();
    const timer = setTimeout(() => answer(id), ANSWER_WITHIN_MS);
    askings.set(id, { asker, askedId, waitFor: new Set(asked), all: [own], timer });
    for (const worker of asked) tell(worker, { say: 'give-figures', id });
  }

  function answer(id: number): void {
    const asking = askings.get(id);
    if (!asking) return;
    clearTimeout(asking.timer);
    askings.delete(id);
    tell(asking.asker, { say: 'all-figures', id: asking.askedId, all: asking.all });
  }

  return { hear, replaced: () => replacedTotal.inc() };
}

/** Whoever is gone meanwhile needs no answer. */
const tell = (worker: Worker, message: ToProcess) => {
  if (worker.isConnected()) worker.send(message, () => undefined);
};
