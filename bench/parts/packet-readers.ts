// Subscribers as a process of the bench: graphql-transport-ws by hand, one socket each, every packet looked at.
import { customerIdOf } from '../seed/customer-id.ts';
import { answerParent } from './answer-parent.ts';
import { PacketReader, type Packet } from './packet-reader.ts';

export interface Reading {
  url: string;
  key: string;
  subscribers: number;
  /** Subscriber n watches customer n modulo this. */
  customers: number;
}

export interface PacketReadings {
  packets: number;
  /** From the commit of a packet's newest cause to its receipt, in milliseconds. */
  latenciesMs: number[];
  /** The same for every cause: of packets that were merged, also what waited. */
  everyCauseMs: number[];
  /** Packets that told of more than one event. */
  merged: number;
  /** Versions that a subscriber had not got at the end. */
  lost: number;
  /** Events that no packet named as a cause. A floor that names the newest only has some wherever packets merge. */
  untold: number;
  /** Causes that came twice. */
  repeated: number;
  /** Versions that went back. */
  disordered: number;
  bytesPerPacket: number;
  /** From the first packet to the last. */
  seconds: number;
}

const OPENED_AT_ONCE = 32;
const MOST_ATTEMPTS = 50;
/** Readers that are behind at the end are waited for this long. */
const PATIENCE_MS = 5_000;

let readers: PacketReader[] = [];
let readings = noReadings();
let bytes = 0;
let firstAt = 0;
let lastAt = 0;

function noReadings(): PacketReadings {
  const counts = { packets: 0, merged: 0, lost: 0, untold: 0, repeated: 0, disordered: 0 };
  return { ...counts, bytesPerPacket: 0, seconds: 0, latenciesMs: [], everyCauseMs: [] };
}

const now = () => performance.timeOrigin + performance.now();

function note(reader: PacketReader, packet: Packet, length: number): void {
  if (reader.wasPaused) return;
  const at = now();
  firstAt ||= at;
  lastAt = at;
  readings.packets += 1;
  bytes += length;
  const { causes } = packet;
  if (causes.length > 0) readings.latenciesMs.push(at - causes.at(-1)!.recordedAtMs);
  if (causes.length > 1) readings.merged += 1;
  if (packet.version < reader.version) readings.disordered += 1;
  for (const { name, recordedAtMs } of causes) {
    readings.everyCauseMs.push(at - recordedAtMs);
    if (reader.told.has(name)) readings.repeated += 1;
    reader.told.add(name);
  }
  reader.version = Math.max(reader.version, packet.version);
}

/** Opens all subscriptions and waits until each has its first packet. */
async function begin({ url, key, subscribers, customers }: Reading): Promise<void> {
  readers = Array.from(
    { length: subscribers },
    (_, number) => new PacketReader({ customer: number % customers, url, key }, note),
  );
  forget();
  await openAll(OPENED_AT_ONCE);
}

/** Begins to count anew. */
function forget(): void {
  readings = noReadings();
  bytes = firstAt = lastAt = 0;
}

async function openAll(atOnce: number): Promise<void> {
  let next = 0;
  const opener = async () => {
    for (let reader = readers[next++]; reader; reader = readers[next++]) await openPatiently(reader);
  };
  await Promise.all(Array.from({ length: atOnce }, opener));
}

/** Everybody loses the connection in one moment. */
function drop(): void {
  for (const reader of readers) reader.drop();
}

/** Everybody comes back behind their cursor. How long it took until the last one had a packet, in seconds. */
async function comeBack({ atOnce }: { atOnce: number }): Promise<number> {
  const began = performance.now();
  await openAll(atOnce);
  return (performance.now() - began) / 1_000;
}

/** The first readers take nothing more. */
function pause({ count }: { count: number }): void {
  for (const reader of readers.slice(0, count)) reader.pause();
}

/** They take again what waits for them; how each connection then ends, counted by close code. */
async function resume({ count }: { count: number }): Promise<Record<string, number>> {
  const paused = readers.splice(0, count);
  for (const reader of paused) reader.resume();
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && paused.some(({ ending }) => !ending))
    await new Promise((resolve) => setTimeout(resolve, 20));
  const codes: Record<string, number> = {};
  for (const { ending } of paused) codes[ending?.code ?? 'open'] = (codes[ending?.code ?? 'open'] ?? 0) + 1;
  for (const reader of paused) reader.drop();
  return codes;
}

/** A server that is busy says so; a client comes back a little later, as ours should. */
async function openPatiently(reader: PacketReader): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await reader.open();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !String(error).includes('503')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

export interface Ending {
  /** The version of each customer that the database has. */
  heads: Record<string, number>;
  /** Wait for every event to be named as a cause too; a packet may be ahead of the event that told of it. */
  everyCause: boolean;
}

const behind = ({ heads }: Ending, { customer, version }: PacketReader) =>
  Math.max(0, (heads[customerIdOf(customer)] ?? version) - version);
const untold = ({ version, first, told }: PacketReader) => Math.max(0, version - first - told.size);

/** Waits until each subscriber has all that the database has. */
async function settle(ending: Ending): Promise<void> {
  const isWaiting = (reader: PacketReader) => behind(ending, reader) > 0 || (ending.everyCause && untold(reader) > 0);
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && readers.some(isWaiting)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Waits for the same, ends the subscribers and tells what came. */
async function end(ending: Ending): Promise<PacketReadings> {
  await settle(ending);
  const sum = (read: (reader: PacketReader) => number) => readers.reduce((total, reader) => total + read(reader), 0);
  const counts = { lost: sum((reader) => behind(ending, reader)), untold: sum(untold) };
  for (const reader of readers) reader.drop();
  const bytesPerPacket = Math.round(bytes / Math.max(1, readings.packets));
  return { ...readings, ...counts, bytesPerPacket, seconds: (lastAt - firstAt) / 1_000 };
}

answerParent({ begin, forget, drop, comeBack, pause, resume, settle, end });
