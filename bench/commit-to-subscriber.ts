import { singleConnection } from '../src/database/single-connection.ts';
import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Bench, Ground } from './bench.ts';
import { FLOOR_CHANNEL } from './floor-channel.ts';
import type { Writing, WritingReadings } from './parts/message-writers.ts';
import type { Ending, PacketReadings, Reading } from './parts/packet-readers.ts';
import { startPart, type Part } from './parts/part.ts';
import { copyDatabase, dropDatabase } from './seed/seeded-database.ts';
import { median, rounded, spreadOf } from './statistics.ts';

interface Case {
  name: string;
  subscribers: number;
  customers: number;
  perSecond: number;
}

const CASES: readonly Case[] = [
  { name: 'many-customers', subscribers: 1_000, customers: 1_000, perSecond: 200 },
  { name: 'one-customer', subscribers: 100, customers: 1, perSecond: 50 },
];
const QUICK: readonly Case[] = [
  { name: 'many-customers', subscribers: 40, customers: 40, perSecond: 40 },
  { name: 'one-customer', subscribers: 10, customers: 1, perSecond: 20 },
];

/** A server with a database of its own, so that what is written for one side does not reach the other. */
interface Side {
  server: Part;
  url: string;
  key: string;
  databaseUrl: string;
  isFloor: boolean;
}

interface Window extends PacketReadings, WritingReadings {
  cpuMsPerPacket: number;
}

interface Stage extends Ground {
  writers: Part;
  readers: Part;
  ours: Side;
  floor: Side;
}

export const commitToSubscriber: Bench = {
  summary: 'commit to receipt of the packet: 1,000 subscribers on 1,000 customers × 200 events/s, 100 on one × 50/s',
  async run(ground) {
    const { options, postgres, database } = ground;
    const copies = [await copyDatabase(postgres, database, 'ours'), await copyDatabase(postgres, database, 'floor')];
    const parts = await Promise.all([
      startPart('parts/app-server.ts', options.profileDir),
      startPart('floors/packets.ts', options.profileDir),
      startPart('parts/message-writers.ts'),
      startPart('parts/packet-readers.ts'),
    ]);
    const [server, floorServer, writers, readers] = parts;
    try {
      const [ours, floor] = await Promise.all([
        openSide(server, postgres.urlOf(copies[0]!), false),
        openSide(floorServer, postgres.urlOf(copies[1]!), true),
      ]);
      for (const each of options.quick ? QUICK : CASES)
        await measure({ ...ground, writers, readers, ours, floor }, each);
    } finally {
      await Promise.all(parts.map((part) => part.stop()));
      for (const copy of copies) await dropDatabase(postgres, copy);
    }
  },
};

async function openSide(server: Part, databaseUrl: string, isFloor: boolean): Promise<Side> {
  const key = await benchKey(databaseUrl);
  const given = isFloor ? { databaseUrl, channel: FLOOR_CHANNEL } : { databaseUrl, settings: UNLIMITED };
  const url = await server.ask<string>('start', given);
  return { server, key, databaseUrl, isFloor, url: isFloor ? url : `${url.replace('http', 'ws')}/graphql` };
}

async function measure(stage: Stage, each: Case): Promise<void> {
  const { options, report } = stage;
  const [pairs, seconds] = options.quick ? [1, 1] : [3, 10];
  await runWindow(stage, stage.ours, each, { seconds: seconds / 5, seed: 0 });
  await runWindow(stage, stage.floor, each, { seconds: seconds / 5, seed: 0 });
  const windows: { ours: Window; floor: Window }[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const ours = await runWindow(stage, stage.ours, each, { seconds, seed: pair });
    windows.push({ ours, floor: await runWindow(stage, stage.floor, each, { seconds, seed: pair }) });
    report.progress(`${each.name}: pair ${pair} of ${pairs}`);
  }
  tell(stage, each, windows);
}

/** Subscribes, writes for a while, waits until all has arrived, ends. */
async function runWindow(
  { writers, readers }: Stage,
  side: Side,
  { subscribers, customers, perSecond }: Case,
  { seconds, seed }: { seconds: number; seed: number },
): Promise<Window> {
  const { url, key, databaseUrl, isFloor: forFloor, server } = side;
  const reading: Reading = { url, key, subscribers, customers };
  await readers.ask('begin', reading);
  const before = await server.ask<number>('cpu');
  const writing: Writing = { databaseUrl, perSecond, seconds, customers, seed, forFloor };
  const written = await writers.ask<WritingReadings>('write', writing);
  const ending: Ending = { heads: await headsOf(databaseUrl), everyCause: !forFloor };
  const received = await readers.ask<PacketReadings>('end', ending);
  const cpu = (await server.ask<number>('cpu')) - before;
  return { ...written, ...received, cpuMsPerPacket: (cpu * 1_000) / Math.max(1, received.packets) };
}

/** The version of each customer's stream as the database has it. */
async function headsOf(databaseUrl: string): Promise<Record<string, number>> {
  const sql = singleConnection(databaseUrl, 'punos bench');
  const rows = await sql<{ id: string; version: number }[]>`
    select substr(stream, 10) as id, version from stream_heads where stream like 'customer:%' and version > 1`;
  await sql.end();
  return Object.fromEntries(rows.map(({ id, version }) => [id, version]));
}

function tell({ report, options }: Stage, each: Case, windows: { ours: Window; floor: Window }[]): void {
  const spread = (side: 'ours' | 'floor') => spreadOf(windows.flatMap((window) => window[side].latenciesMs));
  const sum = (side: 'ours' | 'floor', read: (window: Window) => number) =>
    windows.reduce((total, window) => total + read(window[side]), 0);
  const middle = (side: 'ours' | 'floor', read: (window: Window) => number) =>
    rounded(median(windows.map((window) => read(window[side]))));
  const [ours, floor] = [spread('ours'), spread('floor')];
  const everyCause = spreadOf(windows.flatMap((window) => window.ours.everyCauseMs));
  const { name, subscribers, customers: watched, perSecond } = each;
  const conditions = { subscribers, watched, perSecond, customers: options.customers, pairs: windows.length };
  report.figure({
    figure: `commit-to-subscriber.${name}.p99`,
    unit: 'ms',
    value: ours.p99,
    floor: floor.p99,
    ratio: rounded(ours.p99 / floor.p99),
    asked: 'under 100 ms',
    met: ours.p99 < 100,
    with: {
      ...conditions,
      ...{ p50Ms: ours.p50, p95Ms: ours.p95, maxMs: ours.max, everyCauseP99Ms: everyCause.p99 },
      ...{ floorP50Ms: floor.p50, floorP95Ms: floor.p95, floorMaxMs: floor.max },
      commitP99Ms: middle('ours', (window) => window.commitP99Ms),
      floorCommitP99Ms: middle('floor', (window) => window.commitP99Ms),
      cpuMsPerPacket: middle('ours', (window) => window.cpuMsPerPacket),
      floorCpuMsPerPacket: middle('floor', (window) => window.cpuMsPerPacket),
      bytesPerPacket: middle('ours', (window) => window.bytesPerPacket),
    },
  });
  const [lost, untold, repeated, disordered] = [
    sum('ours', (window) => window.lost),
    sum('ours', (window) => window.untold),
    sum('ours', (window) => window.repeated),
    sum('ours', (window) => window.disordered),
  ];
  report.figure({
    figure: `commit-to-subscriber.${name}.lost`,
    unit: 'events',
    value: lost,
    floor: sum('floor', (window) => window.lost),
    asked: '0 lost, repeated or out of order',
    met: lost + untold + repeated + disordered === 0,
    with: {
      ...conditions,
      ...{ untold, repeated, disordered, events: sum('ours', (window) => window.written) },
      ...{ packets: sum('ours', (window) => window.packets), merged: sum('ours', (window) => window.merged) },
      ...{
        floorPackets: sum('floor', (window) => window.packets),
        floorRepeated: sum('floor', (window) => window.repeated),
      },
    },
  });
}
