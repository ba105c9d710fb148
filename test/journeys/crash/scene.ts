import type { Dice } from '../../support/dice.ts';
import type { Exit } from '../../support/server-process.ts';
import type { Stage } from './stage.ts';

/** What a fault can hit in a run. */
export interface Scene {
  readonly stage: Stage;
  readonly readers: readonly { drop(): void; readonly connections: number; readonly heard: readonly unknown[] }[];
  readonly chance: Dice;
  readonly exits: Exit[];
}

/** Breaks something and puts it back, as far as somebody outside would. */
export interface Fault {
  /** What must be there to be struck, besides servers and readers. */
  readonly asks: 'nothing' | 'database' | 'processes' | 'nats' | 'clocks';
  strike(scene: Scene): Promise<void>;
}

export const aWhile = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Whether a fault has what it asks for. */
export function plays(
  { asks }: Fault,
  { layout, place }: { layout: Stage['layout']; place: Pick<Stage['place'], 'breakable'> },
): boolean {
  if (asks === 'database') return place.breakable !== undefined;
  if (asks === 'processes') return layout.processes > 1;
  if (asks === 'clocks') return layout.clocksAheadMs !== undefined;
  return asks === 'nothing' || layout.nats;
}
