import { randomBytes } from 'node:crypto';

import { CONTEXT_PACKETS } from '../documents.ts';
import { customerIdOf } from '../seed/customer-id.ts';
import { FrameSocket } from './frame-socket.ts';

export interface Cause {
  /** Equal for the same event of the same customer. */
  readonly name: string;
  readonly recordedAtMs: number;
}

export interface Packet {
  readonly version: number;
  readonly causes: readonly Cause[];
}

/** One payload: its packet (null: a checkpoint) and the place after it. */
interface Read {
  readonly packet: Packet | null;
  readonly cursor: string;
}

interface Frame {
  type: string;
  payload?: {
    data?: {
      contextPackets: {
        cursor: string;
        packet: { version: number; causes: { type: string; occurredAt: string; recordedAt: string }[] | null } | null;
      };
    };
  };
}

/** Subscribers of one customer are sent the same bytes: they are parsed once. */
let lastBody = Buffer.alloc(0);
let lastRead: Read = { packet: null, cursor: '' };

/**
 * A subscriber of one customer's packets: graphql-transport-ws by hand on a socket of its own, with an operation id as random as those of
 * the usual clients.
 */
export class PacketReader {
  readonly customer: number;
  readonly #url: string;
  readonly #key: string;
  readonly #onPacket: (reader: PacketReader, packet: Packet, bytes: number) => void;
  #socket: FrameSocket | null = null;
  #id = '';
  #head = Buffer.alloc(0);
  cursor: string | null = null;
  /** How the last connection ended. */
  ending: { code: number; reason: string } | null = null;
  /** Version of the first packet of this connection; 0 before it. */
  first = 0;
  version = 0;
  /** It took nothing for a while: what it gets late says nothing of the others. */
  wasPaused = false;
  readonly told = new Set<string>();

  constructor(
    { customer, url, key }: { customer: number; url: string; key: string },
    onPacket: (reader: PacketReader, packet: Packet, bytes: number) => void,
  ) {
    this.customer = customer;
    this.#url = url;
    this.#key = key;
    this.#onPacket = onPacket;
  }

  /** Connects and subscribes, behind the last cursor if there is one; resolves with the first packet. */
  open(): Promise<void> {
    this.#id = randomBytes(12).toString('base64url');
    this.#head = Buffer.from(`{"id":"${this.#id}"`);
    this.first = 0;
    return new Promise((resolve, reject) => {
      const socket = new FrameSocket(this.#url, 'graphql-transport-ws', {
        opened: () => send({ type: 'connection_init', payload: { authorization: `Bearer ${this.#key}` } }),
        text: (payload) => this.#take(payload, { send, resolve, reject }),
        closed: (code, reason) => {
          this.ending = { code, reason };
          reject(new Error(`closed with ${code} ${reason}`));
        },
      });
      const send = (frame: object) => socket.send(JSON.stringify(frame));
      this.#socket = socket;
      this.ending = null;
    });
  }

  pause(): void {
    this.wasPaused = true;
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  drop(): void {
    this.#socket?.drop();
  }

  #take(
    payload: Buffer,
    { send, resolve, reject }: { send: (frame: object) => void; resolve: () => void; reject: (error: Error) => void },
  ): void {
    const head = this.#head.length;
    if (payload.length > head && payload.compare(this.#head, 0, head, 0, head) === 0) {
      const read = readBody(payload, head);
      if (!read) return reject(new Error(`unexpected: ${payload.toString('utf8', 0, 500)}`));
      if (read.cursor) this.cursor = read.cursor;
      const { packet } = read;
      if (!packet) return;
      if (this.first > 0) return this.#onPacket(this, packet, payload.length);
      this.first = packet.version;
      this.version = Math.max(this.version, packet.version);
      return resolve();
    }
    const { type } = JSON.parse(payload.toString()) as Frame;
    if (type === 'connection_ack') {
      const variables = { customerId: customerIdOf(this.customer), after: this.cursor };
      send({ id: this.#id, type: 'subscribe', payload: { query: CONTEXT_PACKETS, variables } });
    } else if (type === 'ping') send({ type: 'pong' });
  }
}

/** Null: no `next` frame. */
function readBody(payload: Buffer, head: number): Read | null {
  const body = payload.subarray(head);
  if (body.equals(lastBody)) return lastRead;
  const frame = JSON.parse(`{"id":""${body.toString()}`) as Frame;
  const data = frame.payload?.data?.contextPackets;
  if (frame.type !== 'next' || !data) return null;
  const causes = data.packet?.causes?.map(({ type, occurredAt, recordedAt }) => ({
    name: `${type} ${occurredAt} ${recordedAt}`,
    recordedAtMs: Date.parse(recordedAt),
  }));
  lastBody = Buffer.from(body);
  lastRead = { cursor: data.cursor, packet: data.packet && { version: data.packet.version, causes: causes ?? [] } };
  return lastRead;
}
