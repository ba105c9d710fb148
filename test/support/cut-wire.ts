import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { afterAll } from 'vitest';

/** A wire to a server that can be cut: every open connection ends in mid-stream, without a word. New ones get through unless it is down. */
export async function aWireTo(url: string) {
  const port = Number(new URL(url).port);
  const open = new Set<Socket>();
  let isDown = false;
  const server = createServer((near) => {
    if (isDown) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => open.forEach((socket) => socket.destroy());
  const setDown = (down: boolean) => {
    isDown = down;
    if (down) cut();
  };
  afterAll(() => {
    cut();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut, setDown };
}
