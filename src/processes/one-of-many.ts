import cluster from 'node:cluster';

import type { Figures, FromProcess, ToProcess } from './process-messages.ts';

/** What a process of several knows of the others. */
export interface OneOfMany {
  /** Its number among them, from 1. */
  readonly number: number;
  ready(url: string): void;
  /** Tells why it cannot serve; resolves when that is on its way. */
  failed(reason: string): Promise<void>;
  /** Lets others ask for the figures of this process. */
  giveFigures(figures: () => Promise<Figures>): void;
  /** The figures of all of them, this one included. */
  allFigures(): Promise<readonly Figures[]>;
}

/** Null: this process serves alone. */
export function oneOfMany(environment: Readonly<Record<string, string | undefined>>): OneOfMany | null {
  if (!cluster.isWorker) return null;
  const waiting = new Map<number, (all: readonly Figures[]) => void>();
  let ids = 0;
  let ownFigures: () => Promise<Figures> = () => Promise.resolve([]);
  const say = (message: FromProcess) =>
    new Promise<void>((resolve) => void process.send!(message, undefined, undefined, () => resolve()));

  process.on('message', (message: ToProcess) => {
    if (message.say === 'give-figures')
      void ownFigures().then(
        (figures) => say({ say: 'figures', id: message.id, figures }),
        () => undefined,
      );
    if (message.say === 'all-figures') {
      waiting.get(message.id)?.(message.all);
      waiting.delete(message.id);
    }
  });

  return {
    number: Number(environment['PUNOS_PROCESS']),
    ready: (url) => void say({ say: 'ready', url }),
    failed: (reason) => say({ say: 'failed', reason }),
    giveFigures: (figures) => void (ownFigures = figures),
    allFigures: () =>
      new Promise((resolve) => {
        const id = (ids += 1);
        waiting.set(id, resolve);
        void say({ say: 'ask-figures', id });
      }),
  };
}
