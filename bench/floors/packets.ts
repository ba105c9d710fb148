// What live packets would cost without Punos: a bare ws server, fed by LISTEN, one statement for each event, one text to all.
import { createServer } from 'node:http';

import postgres from 'postgres';
import { WebSocketServer, type WebSocket } from 'ws';

import { answerParent, cpuSeconds, memoryHeld } from '../parts/answer-parent.ts';
import { CONTEXT_STATEMENT, NEWEST_CAUSE } from './context-statement.ts';
import { keyLookUp, listen } from './plain-http.ts';

const STATEMENT = CONTEXT_STATEMENT('$1', NEWEST_CAUSE);

interface Message {
  id: string;
  type: string;
  payload: { authorization?: string; variables: { customerId: string } };
}

async function start({ databaseUrl, channel }: { databaseUrl: string; channel: string }): Promise<string> {
  const sql = postgres(databaseUrl, { max: 8, connection: { plan_cache_mode: 'force_generic_plan' } });
  const isValid = keyLookUp(sql);
  const watchers = new Map<string, Map<WebSocket, string>>();
  const queues = new Map<string, Promise<void>>();

  const packetOf = async (customerId: string) => {
    const [row] = await sql.unsafe<{ packet: string }[]>(STATEMENT, [customerId], { prepare: true });
    return `"type":"next","payload":{"data":{"contextPackets":{"cursor":"","leftCustomerId":null,"packet":${row!.packet}}}}}`;
  };
  const tell = async (customerId: string) => {
    const text = await packetOf(customerId);
    for (const [socket, id] of watchers.get(customerId) ?? []) socket.send(`{"id":"${id}",${text}`);
  };
  await sql.listen(channel, (customerId) => {
    if (!watchers.has(customerId)) return;
    // Packets of one customer one after the other, so that they arrive in order.
    queues.set(
      customerId,
      (queues.get(customerId) ?? Promise.resolve()).then(() => tell(customerId)),
    );
  });

  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    const watched: string[] = [];
    const take = async ({ id, type, payload }: Message) => {
      if (type === 'connection_init') {
        if (await isValid(payload.authorization)) socket.send('{"type":"connection_ack"}');
        else socket.close(4403);
      } else if (type === 'subscribe') {
        const { customerId } = payload.variables;
        const first = await packetOf(customerId);
        watched.push(customerId);
        watchers.set(customerId, (watchers.get(customerId) ?? new Map<WebSocket, string>()).set(socket, id));
        socket.send(`{"id":"${id}",${first}`);
      }
    };
    socket.on('message', (received: Buffer) => void take(JSON.parse(received.toString()) as Message));
    socket.on('close', () => watched.forEach((customerId) => watchers.get(customerId)?.delete(socket)));
  });
  return listen(server, 'ws');
}

answerParent({ start, cpu: cpuSeconds, memory: memoryHeld });
