import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type NatsWire = Awaited<ReturnType<typeof aNatsWireTo>>;

/**
 * A wire to a NATS server that can lose messages on their way to the client, as a cluster does when it heals, and can be cut. It knows
 * just enough of the protocol to take whole messages out.
 */
export async function aNatsWireTo(url: string) {
  const target = Number(new URL(url).port);
  const open = new Set<Socket>();
  const fars = new Set<Socket>();
  const wire = {
    url: '',
    close(): Promise<void> {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    /** Which messages do not arrive. */
    loses: (_subject: string): boolean => false,
    lost: 0,
    /** The client takes nothing more; the server sees a slow consumer. */
    stall() {
      for (const socket of fars) socket.pause();
    },
    /** Nobody gets through, and who was through is cut off. */
    isCut: false,
    cut() {
      wire.isCut = true;
      for (const socket of open) socket.destroy();
    },
  };
  const server = createServer((near) => {
    if (wire.isCut) return void near.destroy();
    const far = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => (open.delete(socket), other.destroy()));
    }
    fars.add(far);
    far.on('close', () => fars.delete(far));
    near.pipe(far);
    let held = Buffer.alloc(0);
    far.on('data', (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.subarray(0, end).toString();
        const words = line.split(' ');
        const length = end + 2 + (words[0] === 'MSG' ? Number(words.at(-1)) + 2 : 0);
        if (held.length < length) return;
        const whole = held.subarray(0, length);
        held = held.subarray(length);
        if (words[0] === 'MSG' && wire.loses(words[1]!)) wire.lost += 1;
        else near.write(whole);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  wire.url = `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return wire;
}
