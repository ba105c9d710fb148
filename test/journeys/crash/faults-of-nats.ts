import type { ServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';
import { relaysAmong, theRelay, type BreakableNats } from './breakable-nats.ts';
import { aWhile, type Fault, type Scene } from './scene.ts';
import { LOOK_EVERY_MS } from './stage.ts';

/** H15: long enough for everybody to have given it up. */
const NODE_PAUSE_MS = 8_000;
const TAKES_OVER_WITHIN_MS = 120_000;

const ofNats = (strike: (nats: BreakableNats, scene: Scene) => Promise<unknown>): Fault => ({
  asks: 'nats',
  async strike(scene) {
    await strike(scene.stage.nats!, scene);
  },
});

/** Stops a server's process while a balancer knows of it. */
async function standingStill(
  { stage }: Scene,
  server: ServerProcess,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const { pid } = server;
  stage.leaving.add(server);
  process.kill(pid!, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    process.kill(pid!, 'SIGCONT');
    stage.leaving.delete(server);
  }
}

export const FAULTS_OF_NATS = {
  // H2, H3: it dies after it published and before anybody knows.
  'kill the relay': ofNats(async (_, { stage, exits }) => {
    const relay = await theRelay(stage.servers);
    exits.push(await relay.end('SIGKILL'));
    await relay.start();
  }),
  // H5: it stands still until another one has its lease, and goes on where it stopped.
  'two relays': ofNats(async (_, scene) => {
    const { servers } = scene.stage;
    const relay = await theRelay(servers);
    const others = servers.filter((one) => one !== relay);
    await standingStill(scene, relay, () =>
      until(
        () => relaysAmong(others),
        ({ length }) => length > 0,
        TAKES_OVER_WITHIN_MS,
        LOOK_EVERY_MS,
      ),
    );
  }),
  'end the lease': {
    asks: 'nats',
    async strike({ stage }) {
      await stage.place.database.sql`
        select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'punos relay' and datname = current_database()`;
    },
  },
  'kill a NATS server': ofNats(async ({ nodes }, { chance }) => {
    const node = chance.pick(nodes);
    await node.kill();
    await aWhile(chance.roll(1_000));
    await node.start();
  }),
  'pause a NATS server': ofNats(async ({ nodes }, { chance }) => {
    const node = chance.pick(nodes);
    node.pause();
    await aWhile(NODE_PAUSE_MS);
    node.resume();
  }),
  'all NATS servers down': ofNats(async ({ nodes }, { chance }) => {
    await Promise.all(nodes.map((node) => node.kill()));
    await aWhile(chance.roll(3_000));
    await Promise.all(nodes.map((node) => node.start()));
  }),
  // H17: each server of NATS is alone with its clients.
  'split NATS': ofNats(async ({ partition }, { chance }) => {
    partition(true);
    await aWhile(500 + chance.roll(2_500));
    partition(false);
  }),
  'cut a process off from NATS': ofNats(async ({ wires }, { chance }) => {
    const own = chance.pick(wires);
    for (const wire of own) wire.cut();
    await aWhile(chance.roll(3_000));
    for (const wire of own) wire.isCut = false;
  }),
  // H15: until the run is over, and so the last message of a stream among them, of an event or of an index.
  'lose messages of NATS': ofNats(({ lose, wires }, { chance }) =>
    Promise.resolve(lose(chance.roll(wires.length), chance)),
  ),
} satisfies Record<string, Fault>;
