import { until } from '../../support/until.ts';
import { FAULTS_OF_DATABASE } from './faults-of-database.ts';
import { FAULTS_OF_NATS } from './faults-of-nats.ts';
import { FAULTS_OF_PROCESSES } from './faults-of-processes.ts';
import { aWhile, type Fault } from './scene.ts';

const COMES_BACK_WITHIN_MS = 180_000;

const kill: Fault = {
  asks: 'nothing',
  async strike({ stage, chance, exits }) {
    const server = chance.pick(stage.servers);
    exits.push(await server.end('SIGKILL'));
    await server.start();
  },
};

const terminate: Fault = {
  asks: 'nothing',
  async strike({ stage: { servers, leaving }, chance, exits }) {
    const server = chance.pick(servers);
    const ended = server.end('SIGTERM');
    await until(
      () =>
        fetch(`${server.url}/readyz`).then(
          ({ ok }) => !ok,
          () => true,
        ),
      (stops) => stops,
      COMES_BACK_WITHIN_MS,
    );
    leaving.add(server);
    exits.push(await ended);
    await server.start();
    leaving.delete(server);
  },
};

const pause: Fault = {
  asks: 'nothing',
  async strike({ stage, chance }) {
    const { pid } = chance.pick(stage.servers);
    process.kill(pid!, 'SIGSTOP');
    await aWhile(500 + chance.roll(2_000));
    process.kill(pid!, 'SIGCONT');
  },
};

const dropReaders: Fault = {
  asks: 'nothing',
  strike({ readers, chance }) {
    for (const reader of readers) if (chance.roll(2) === 0) reader.drop();
    return Promise.resolve();
  },
};

/** X12: ten minutes forward, in the middle of everything. */
const jumpAClock: Fault = {
  asks: 'clocks',
  strike({ stage, chance }) {
    process.kill(chance.pick(stage.servers).pid!, 'SIGUSR2');
    return Promise.resolve();
  },
};

/** Every reader, and each is told something on its next connection before the next fault. */
const dropAllReaders: Fault = {
  asks: 'nothing',
  async strike({ readers }) {
    const before = readers.map(({ heard, connections }) => ({ heard: heard.length, connections }));
    for (const reader of readers) reader.drop();
    await until(
      () =>
        readers.filter(
          ({ heard, connections }, index) =>
            connections === before[index]!.connections || heard.length === before[index]!.heard,
        ).length,
      (away) => away === 0,
      COMES_BACK_WITHIN_MS,
    );
  },
};

/**
 * Everything that a run can be struck with, by name. A new part of the system adds its faults here: the long form draws from all
 * of them.
 */
export const FAULTS = {
  kill,
  terminate,
  pause,
  'drop readers': dropReaders,
  'drop all readers': dropAllReaders,
  'jump a clock': jumpAClock,
  ...FAULTS_OF_DATABASE,
  ...FAULTS_OF_PROCESSES,
  ...FAULTS_OF_NATS,
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
