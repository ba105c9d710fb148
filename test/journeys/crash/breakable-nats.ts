import type { Dice } from '../../support/dice.ts';
import { readFigures } from '../../support/figures.ts';
import { startNatsCluster, type NatsNode } from '../../support/nats-cluster.ts';
import { aNatsWireTo, type NatsWire } from '../../support/nats-wire.ts';
import type { ServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';

/** Three servers of NATS, and between them and each Punos process wires of its own: all to be broken. */
export interface BreakableNats {
  readonly nodes: readonly NatsNode[];
  /** The wires of each process, one to each server of NATS. */
  readonly wires: readonly (readonly NatsWire[])[];
  /** What NATS_URL says to each process. */
  readonly urls: readonly string[];
  /** No server of NATS reaches another one, or all do again. */
  partition(isCut: boolean): void;
  /** Takes some of the messages to one process away, from now until the next run. */
  lose(process: number, chance: Dice): void;
  loseNothing(): void;
  close(): Promise<void>;
}

const NODES = 3;

export async function breakableNats(processes: number): Promise<BreakableNats> {
  const cluster = await startNatsCluster(NODES, { routesByWire: true });
  const wires = await Promise.all(
    Array.from({ length: processes }, () => Promise.all(cluster.nodes.map(({ url }) => aNatsWireTo(url)))),
  );
  return {
    nodes: cluster.nodes,
    wires,
    urls: wires.map((own) => own.map(({ url }) => url).join(',')),
    partition: (isCut) => cluster.partition(isCut),
    lose(process, chance) {
      for (const wire of wires[process]!) wire.loses = () => chance.roll(3) === 0;
    },
    loseNothing() {
      for (const wire of wires.flat()) wire.loses = () => false;
    },
    async close() {
      await Promise.all(wires.flat().map((wire) => wire.close()));
      await cluster.stop();
    },
  };
}

/** Those of some processes that say they publish the journal. */
export async function relaysAmong(servers: readonly ServerProcess[]): Promise<ServerProcess[]> {
  const asked = await Promise.all(servers.map(async (server) => ({ server, figures: await readFigures(server) })));
  return asked.filter(({ figures }) => figures.get('punos_nats_relay') === 1).map(({ server }) => server);
}

/** The one that publishes, as soon as it is one. */
export const theRelay = (servers: readonly ServerProcess[]): Promise<ServerProcess> =>
  until(
    () => relaysAmong(servers),
    (relays) => relays.length === 1,
    120_000,
    100,
  ).then(([relay]) => relay!);

/** Whether all processes hear events over NATS, and one publishes. */
export async function isOnNats(servers: readonly ServerProcess[]): Promise<boolean> {
  const all = await Promise.all(servers.map(readFigures));
  const [live, relays] = ['punos_nats_live', 'punos_nats_relay'].map((name) =>
    all.reduce((sum, figures) => sum + (figures.get(name) ?? 0), 0),
  );
  return live === servers.length && relays === 1;
}
