import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a wire does with bytes: passes them, swallows them without a word, passes them to the server only, or keeps those to the server for later. */
export type WireMode = 'pass' | 'blackhole' | 'swallow answers' | 'hold';

/** A wire to a TCP server that can fail as wires do. */
export interface FaultWire {
  readonly port: number;
  mode: WireMode;
  /** Ends every open connection with a reset; new ones get through. */
  reset(): void;
  /** Told of each piece that comes from the near side, before it is passed on. */
  onSent: ((bytes: Buffer) => void) | null;
  readonly open: number;
  close(): Promise<void>;
}

/** Stands between a client and `port` on this machine. */
export async function aFaultWire(port: number): Promise<FaultWire> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: WireMode = 'pass';
  let held: (() => void)[] = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes: Buffer) => {
      wire.onSent?.(bytes);
      if (mode === 'hold') held.push(() => far.write(bytes));
      else if (mode !== 'blackhole') far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      if (mode === 'pass' || mode === 'hold') near.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wire: FaultWire = {
    port: (server.address() as AddressInfo).port,
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
      const later = held;
      held = [];
      for (const pass of later) pass();
    },
    onSent: null,
    get open() {
      return pairs.size;
    },
    reset() {
      for (const [near, far] of pairs) {
        near.resetAndDestroy();
        far.destroy();
      }
    },
    async close() {
      wire.reset();
      server.close();
      await once(server, 'close');
    },
  };
  return wire;
}

/** The same database, reached over the wire. */
export function overWire(url: string, { port }: FaultWire): string {
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  return through.href;
}
