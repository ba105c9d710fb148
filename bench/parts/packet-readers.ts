// Subscribers as a process of the bench: graphql-transport-ws by hand, one socket each, every packet looked at.
import { randomBytes } from 'node:crypto';

import WebSocket from 'ws';

import { CONTEXT_PACKETS } from '../documents.ts';
import { customerIdOf } from '../seed/customer-id.ts';
import { answerParent } from './answer-parent.ts';

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
}

interface Packet {
  version: number;
  causes: { type: string; occurredAt: string; recordedAt: string }[];
}

interface Frame {
  payload: { data?: { contextPackets: { packet: Packet | null } }; errors?: unknown };
}

class Reader {
  readonly customer: number;
  readonly #url: string;
  socket: WebSocket;
  readonly id = randomBytes(12).toString('base64url');
  readonly told = new Set<string>();
  first = 0;
  version = 0;
  constructor(customer: number, url: string) {
    this.customer = customer;
    this.#url = url;
    this.socket = this.connect();
  }

  connect(): WebSocket {
    this.socket = new WebSocket(this.#url, 'graphql-transport-ws', { perMessageDeflate: false });
    return this.socket;
  }
}

const OPENED_AT_ONCE = 32;
const MOST_ATTEMPTS = 50;

let readers: Reader[] = [];
let readings = noReadings();
let bytes = 0;
/** Subscribers of one customer are sent the same text: it is parsed once. */
let lastText = '';
let lastPacket: Packet | null = null;

function noReadings(): PacketReadings {
  const counts = { packets: 0, merged: 0, lost: 0, untold: 0, repeated: 0, disordered: 0, bytesPerPacket: 0 };
  return { ...counts, latenciesMs: [], everyCauseMs: [] };
}

const now = () => performance.timeOrigin + performance.now();

function open(reader: Reader, key: string): Promise<void> {
  const { socket } = reader;
  const variables = { customerId: customerIdOf(reader.customer) };
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`closed with ${code} ${reason.toString()}`)));
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
    });
    socket.on('message', (received: Buffer) => {
      const at = now();
      const text = received.toString();
      if (text.startsWith('{"type":"connection_ack"')) {
        const payload = { query: CONTEXT_PACKETS, variables };
        socket.send(JSON.stringify({ id: reader.id, type: 'subscribe', payload }));
      } else if (text.startsWith('{"type":"ping"')) socket.send('{"type":"pong"}');
      else {
        const packet = packetOf(text, reader.id);
        if (packet === undefined) reject(new Error(`unexpected: ${text.slice(0, 500)}`));
        else if (packet && reader.first === 0) {
          reader.first = reader.version = packet.version;
          resolve();
        } else if (packet) note(reader, packet, at, received.length);
      }
    });
  });
}

/** The packet of a `next` frame; null of a checkpoint; undefined of anything else. */
function packetOf(text: string, id: string): Packet | null | undefined {
  if (!text.includes('"type":"next"')) return undefined;
  const shared = text.replace(id, '');
  if (shared === lastText) return lastPacket;
  const packet = (JSON.parse(text) as Frame).payload.data?.contextPackets.packet;
  lastText = shared;
  lastPacket = packet ?? null;
  return packet;
}

function note(reader: Reader, packet: Packet, at: number, length: number): void {
  readings.packets += 1;
  bytes += length;
  const waits = packet.causes.map(({ recordedAt }) => at - Date.parse(recordedAt));
  if (waits.length > 0) readings.latenciesMs.push(waits.at(-1)!);
  readings.everyCauseMs.push(...waits);
  if (packet.causes.length > 1) readings.merged += 1;
  if (packet.version < reader.version) readings.disordered += 1;
  for (const { type, occurredAt, recordedAt } of packet.causes) {
    const cause = `${type} ${occurredAt} ${recordedAt}`;
    if (reader.told.has(cause)) readings.repeated += 1;
    reader.told.add(cause);
  }
  reader.version = Math.max(reader.version, packet.version);
}

/** Opens all subscriptions and waits until each has its first packet. */
async function begin({ url, key, subscribers, customers }: Reading): Promise<void> {
  readers = [];
  readings = noReadings();
  bytes = 0;
  const opener = async () => {
    while (readers.length < subscribers) {
      const reader = new Reader(readers.length % customers, url);
      readers.push(reader);
      await openPatiently(reader, key);
    }
  };
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, opener));
}

/** A server that is busy says so; a client comes back a little later, as ours should. */
async function openPatiently(reader: Reader, key: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(reader, key);
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !String(error).includes('503')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
      reader.connect();
    }
  }
}

export interface Ending {
  /** The version of each customer that the database has. */
  heads: Record<string, number>;
  /** Wait for every event to be named as a cause too; a packet may be ahead of the event that told of it. */
  everyCause: boolean;
}

/** Waits until each subscriber has all that the database has, ends them and tells what came. */
async function end({ heads, everyCause }: Ending): Promise<PacketReadings> {
  const behind = ({ customer, version }: Reader) => Math.max(0, (heads[customerIdOf(customer)] ?? version) - version);
  const untold = ({ version, first, told }: Reader) => Math.max(0, version - first - told.size);
  const isWaiting = (reader: Reader) => behind(reader) > 0 || (everyCause && untold(reader) > 0);
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline && readers.some(isWaiting)) await new Promise((resolve) => setTimeout(resolve, 20));
  const sum = (read: (reader: Reader) => number) => readers.reduce((total, reader) => total + read(reader), 0);
  const counts = { lost: sum(behind), untold: sum(untold) };
  for (const { socket } of readers) socket.terminate();
  return { ...readings, ...counts, bytesPerPacket: Math.round(bytes / Math.max(1, readings.packets)) };
}

answerParent({ begin, end });
