import { Agent, request } from 'node:http';

import postgres from 'postgres';

import { signatureOf } from '../../src/values/standard-webhooks.ts';
import { BENCH_SHOP_SECRET } from '../parts/order-life.ts';

interface Posting {
  databaseUrl: string;
  channel: string;
  receiverUrl: string;
}

/**
 * What webhooks would cost without Punos: told by NOTIFY which order changed, reads the event in one statement, and posts it signed. What is
 * not taken is lost.
 */
export async function postEvents({ databaseUrl, channel, receiverUrl }: Posting): Promise<void> {
  const sql = postgres(databaseUrl, { max: 8, connection: { plan_cache_mode: 'force_generic_plan' } });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const queues = new Map<string, Promise<void>>();

  const eventOf = async (orderId: string) => {
    const [row] = await sql<{ id: string; body: string }[]>`
      select o.id || '@' || s.version as id, json_build_object('data', json_build_object('orderEvents', json_build_object('cursor', s.position,
        'event', json_build_object('type', upper(replace(e.type, '.', '_')), 'orderId', o.id, 'status', upper(o.status),
          'recordedAt', to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'order', json_build_object('number', o.number, 'status', upper(o.status))))))::text as body
      from event_streams s join events e using (xid, position) join orders o on o.id = ${orderId}
      where s.stream = 'order:' || ${orderId} order by s.version desc limit 1`;
    return row!;
  };
  const post = (id: string, body: string) =>
    new Promise<void>((resolve, reject) => {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const signature = signatureOf(BENCH_SHOP_SECRET, { id, timestamp }, Buffer.from(body));
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...{ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      };
      const sent = request(receiverUrl, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', resolve);
      });
      sent.on('error', reject).end(body);
    });
  const tell = async (orderId: string) => {
    const { id, body } = await eventOf(orderId);
    await post(id, body);
  };

  await sql.listen(channel, (orderId) => {
    // Events of one order one after the other, so that they arrive in order. What fails ends the program.
    const queue = (queues.get(orderId) ?? Promise.resolve()).then(() => tell(orderId));
    queues.set(orderId, queue);
    void queue.then(() => {
      if (queues.get(orderId) === queue) queues.delete(orderId);
    });
  });
}
