import { singleConnection } from '../src/database/single-connection.ts';
import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Ground } from './bench.ts';
import { FLOOR_CHANNEL } from './floor-channel.ts';
import type { Writing } from './parts/message-writers.ts';
import type { Ending, PacketReadings, Reading } from './parts/packet-readers.ts';
import { startPart, type Part } from './parts/part.ts';
import type { WritingReadings } from './parts/steady-writing.ts';
import { copyDatabase, dropDatabase } from './seed/seeded-database.ts';
import { median, rounded, spreadOf } from './statistics.ts';

/** How many watch how many customers, and how much happens to these. */
export interface PacketLoad {
  name: string;
  subscribers: number;
  customers: number;
  perSecond: number;
}

/** A server with a database of its own, so that what is written for one side does not reach the other. */
export interface PacketSide {
  server: Part;
  url: string;
  key: string;
  databaseUrl: string;
  isFloor: boolean;
}

export interface PacketWindow extends PacketReadings, WritingReadings {
  cpuMsPerPacket: number;
}

export interface PacketPair {
  ours: PacketWindow;
  floor: PacketWindow;
}

/** Our server and the floor, and those who write and read. */
export interface PacketStage extends Ground {
  writers: Part;
  readers: Part;
  ours: PacketSide;
  floor: PacketSide;
}

/** What stands beside ours: a bare server, or the same program that does not write down who was shown what. */
type Beside = 'floor' | 'unaudited';

/** Starts everything that a bench of packets needs, each in a process of its own, and takes it down again. */
export async function onPacketStage(
  ground: Ground,
  work: (stage: PacketStage) => Promise<void>,
  beside: Beside = 'floor',
): Promise<void> {
  const { options, postgres, database } = ground;
  const copies = [await copyDatabase(postgres, database, 'ours'), await copyDatabase(postgres, database, 'floor')];
  const parts = await Promise.all([
    startPart('parts/app-server.ts', options.profileDir),
    startPart(beside === 'floor' ? 'floors/packets.ts' : 'parts/app-server.ts', options.profileDir),
    startPart('parts/message-writers.ts'),
    startPart('parts/packet-readers.ts'),
  ]);
  const [server, floorServer, writers, readers] = parts;
  try {
    const [ours, floor] = await Promise.all([
      openSide(server, postgres.urlOf(copies[0]!), 'ours'),
      openSide(floorServer, postgres.urlOf(copies[1]!), beside),
    ]);
    await work({ ...ground, writers, readers, ours, floor });
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
    for (const copy of copies) await dropDatabase(postgres, copy);
  }
}

async function openSide(server: Part, databaseUrl: string, which: 'ours' | Beside): Promise<PacketSide> {
  const key = await benchKey(databaseUrl);
  const isFloor = which === 'floor';
  const given = isFloor
    ? { databaseUrl, channel: FLOOR_CHANNEL }
    : { databaseUrl, settings: UNLIMITED, isUnaudited: which === 'unaudited' };
  const url = await server.ask<string>('start', given);
  return { server, key, databaseUrl, isFloor, url: isFloor ? url : `${url.replace('http', 'ws')}/graphql` };
}

/** Ours, the floor, ours, the floor …, each side warmed up by a short window that does not count. */
export async function measurePackets(
  stage: PacketStage,
  load: PacketLoad,
  { pairs, seconds }: { pairs: number; seconds: number },
): Promise<PacketPair[]> {
  await runWindow(stage, stage.ours, load, { seconds: seconds / 5, seed: 0 });
  await runWindow(stage, stage.floor, load, { seconds: seconds / 5, seed: 0 });
  const windows: PacketPair[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const ours = await runWindow(stage, stage.ours, load, { seconds, seed: pair });
    windows.push({ ours, floor: await runWindow(stage, stage.floor, load, { seconds, seed: pair }) });
    stage.report.progress(`${load.name}: pair ${pair} of ${pairs}`);
  }
  return windows;
}

/** Subscribes, writes for a while, waits until all has arrived, ends. */
export async function runWindow(
  { writers, readers }: PacketStage,
  { url, key, databaseUrl, isFloor: forFloor, server }: PacketSide,
  { subscribers, customers, perSecond }: PacketLoad,
  { seconds, seed }: { seconds: number; seed: number },
): Promise<PacketWindow> {
  const reading: Reading = { url, key, subscribers, customers };
  await readers.ask('begin', reading);
  const before = await server.ask<number>('cpu');
  const writing: Writing = { databaseUrl, perSecond, seconds, customers, seed, forFloor };
  const written = await writers.ask<WritingReadings>('write', writing);
  const ending: Ending = { heads: await headsOf(databaseUrl), everyCause: !forFloor };
  await readers.ask('settle', ending);
  // To close the connections of a window is no part of its packets, on neither side.
  const cpu = (await server.ask<number>('cpu')) - before;
  const received = await readers.ask<PacketReadings>('end', ending);
  return { ...written, ...received, cpuMsPerPacket: (cpu * 1_000) / Math.max(1, received.packets) };
}

/** The version of each customer's stream as the database has it. */
export async function headsOf(databaseUrl: string): Promise<Record<string, number>> {
  const sql = singleConnection(databaseUrl, 'punos bench');
  const rows = await sql<{ id: string; version: number }[]>`
    select substr(stream, 10) as id, version from stream_heads where stream like 'customer:%' and version > 1`;
  await sql.end();
  return Object.fromEntries(rows.map(({ id, version }) => [id, version]));
}

/** Latencies of all windows of a side together, sums and medians of the rest. */
export function summarisePackets(windows: readonly PacketPair[]) {
  const of = (side: keyof PacketPair) => {
    const middle = (read: (window: PacketWindow) => number) => rounded(median(windows.map((pair) => read(pair[side]))));
    const sum = (read: (window: PacketWindow) => number) =>
      windows.reduce((total, pair) => total + read(pair[side]), 0);
    return {
      latency: spreadOf(windows.flatMap((pair) => pair[side].latenciesMs)),
      everyCause: spreadOf(windows.flatMap((pair) => pair[side].everyCauseMs)),
      commitP99Ms: middle((window) => window.commitP99Ms),
      cpuMsPerPacket: middle((window) => window.cpuMsPerPacket),
      bytesPerPacket: middle((window) => window.bytesPerPacket),
      packetsPerSecond: middle((window) => window.packets / Math.max(0.001, window.seconds)),
      events: sum((window) => window.written),
      packets: sum((window) => window.packets),
      merged: sum((window) => window.merged),
      lost: sum((window) => window.lost),
      untold: sum((window) => window.untold),
      repeated: sum((window) => window.repeated),
      disordered: sum((window) => window.disordered),
    };
  };
  return { ours: of('ours'), floor: of('floor') };
}

export type PacketSummary = ReturnType<typeof summarisePackets>;

/** What every bench of packets says of completeness. */
export function tellComplete({ report }: Ground, figure: string, { ours, floor }: PacketSummary): void {
  const { lost, untold, repeated, disordered, events, packets, merged } = ours;
  report.figure({
    figure,
    unit: 'events',
    value: lost,
    floor: floor.lost,
    asked: '0 lost, repeated or out of order',
    met: lost + untold + repeated + disordered === 0,
    with: {
      ...{ untold, repeated, disordered, events, packets, merged },
      ...{ floorPackets: floor.packets, floorRepeated: floor.repeated },
    },
  });
}
