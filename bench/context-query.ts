import { isDeepStrictEqual } from 'node:util';

import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Bench, Ground } from './bench.ts';
import { CONTEXT_QUERY } from './documents.ts';
import { HttpConnection } from './parts/http-connection.ts';
import type { ClientLoad, ClientReadings } from './parts/http-clients.ts';
import { startPart, type Part } from './parts/part.ts';
import { customerIdOf } from './seed/customer-id.ts';
import { median, rounded, spreadOf } from './statistics.ts';

const COMPARED = 40;
/** Each side gets as many connections to the database. */
const POOL = 16;

interface Side {
  server: Part;
  url: string;
}

interface Window extends ClientReadings {
  cpuMsPerRequest: number;
}

export const contextQuery: Bench = {
  summary: 'the whole context of a random customer over HTTP, at 1, 16 and 64 connections',
  async run(ground) {
    const { options, postgres, database, report } = ground;
    const databaseUrl = postgres.urlOf(database);
    const key = await benchKey(databaseUrl);
    const parts = await Promise.all([
      startPart('parts/app-server.ts', options.profileDir),
      startPart('floors/context-query.ts', options.profileDir),
      startPart('parts/http-clients.ts'),
    ]);
    const [server, floorServer, clients] = parts;
    try {
      const settings = { ...UNLIMITED, DATABASE_POOL_SIZE: String(POOL) };
      const url = `${await server.ask<string>('start', { databaseUrl, settings })}/graphql`;
      const ours: Side = { server, url };
      // Our reads run on half of the pool.
      const floorUrl = await floorServer.ask<string>('start', { databaseUrl, poolSize: POOL / 2 });
      const floor: Side = { server: floorServer, url: floorUrl };
      await compareAnswers([ours, floor], key, options.customers);
      report.progress(`${COMPARED} answers are deep-equal`);
      for (const connections of options.quick ? [16] : [1, 16, 64])
        await measure({ ...ground, clients, ours, floor, key }, connections);
    } finally {
      await Promise.all(parts.map((part) => part.stop()));
    }
  },
};

async function compareAnswers(sides: readonly Side[], key: string, customers: number): Promise<void> {
  const connections = await Promise.all(sides.map(({ url }) => HttpConnection.open(url, key)));
  for (let i = 0; i < COMPARED; i += 1) {
    const customerId = customerIdOf(Math.floor((i * customers) / COMPARED) + (i % 7));
    const body = JSON.stringify({ query: CONTEXT_QUERY, variables: { customerId } });
    const answers = await Promise.all(connections.map((connection) => connection.post(body, `compare-${i}`)));
    const [ours, floor] = answers.map((answer) => (JSON.parse(answer.toString()) as { data: unknown }).data);
    if (!isDeepStrictEqual(ours, floor))
      throw new Error(
        `The floor answers otherwise for ${customerId}:\n${JSON.stringify(ours)}\n${JSON.stringify(floor)}`,
      );
  }
  for (const connection of connections) connection.close();
}

interface Pairing extends Ground {
  clients: Part;
  ours: Side;
  floor: Side;
  key: string;
}

/** Ours, the floor, ours, the floor …: what disturbs the machine meets both. */
async function measure(pairing: Pairing, connections: number): Promise<void> {
  const { options, report, clients, key } = pairing;
  const [pairs, seconds] = options.quick ? [1, 1] : [5, 4];
  const measured = async (side: Side, seed: number): Promise<Window> => {
    const load: ClientLoad = {
      ...{ url: side.url, key, connections, seconds, seed, customers: options.customers },
      ask: { query: CONTEXT_QUERY },
    };
    const before = await side.server.ask<number>('cpu');
    const readings = await clients.ask<ClientReadings>('load', load);
    const after = await side.server.ask<number>('cpu');
    return { ...readings, cpuMsPerRequest: ((after - before) * 1_000) / readings.requests };
  };
  for (const side of [pairing.ours, pairing.floor]) await measured(side, 0);
  const windows: { ours: Window; floor: Window }[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const ours = await measured(pairing.ours, pair);
    windows.push({ ours, floor: await measured(pairing.floor, pair) });
    report.progress(`${connections} connection(s): pair ${pair} of ${pairs}`);
  }
  tell(pairing, connections, windows);
}

function tell({ report, options }: Pairing, connections: number, windows: { ours: Window; floor: Window }[]): void {
  const rate = ({ requests, seconds }: Window) => requests / seconds;
  const of = (side: 'ours' | 'floor', read: (window: Window) => number) =>
    rounded(median(windows.map((window) => read(window[side]))));
  const latencies = (side: 'ours' | 'floor') => spreadOf(windows.flatMap((window) => window[side].latenciesMs));
  const ratio = rounded(median(windows.map(({ ours, floor }) => rate(ours) / rate(floor))));
  const [ours, floor] = [latencies('ours'), latencies('floor')];
  report.figure({
    figure: `context-query.${connections}`,
    unit: 'requests/s',
    value: of('ours', rate),
    floor: of('floor', rate),
    ratio,
    ...(connections === 16 ? { asked: 'at least 0.3 of the floor', met: ratio >= 0.3 } : {}),
    with: {
      ...{ connections, customers: options.customers, pairs: windows.length },
      ...{ p50Ms: ours.p50, p99Ms: ours.p99, floorP50Ms: floor.p50, floorP99Ms: floor.p99 },
      cpuMsPerRequest: of('ours', (window) => window.cpuMsPerRequest),
      floorCpuMsPerRequest: of('floor', (window) => window.cpuMsPerRequest),
    },
  });
}
