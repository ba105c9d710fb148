import { singleConnection } from '../src/database/single-connection.ts';
import type { Bench } from './bench.ts';
import { compareRows, onWriteStage } from './http-stage.ts';
import { messageBody } from './parts/message-body.ts';
import { measureInPairs, summarise } from './sides.ts';

const WRITERS = 16;
/** Three quarters of a pool are for transactions, the rest stays free for reading: on both sides 16 go on at once. */
const POOL = 22;
const COMPARED = 40;

export const ingest: Bench = {
  summary: 'messages through `messageReceive` over HTTP, 16 writers',
  async run(ground) {
    const { options, report } = ground;
    await onWriteStage(
      ground,
      { floorFile: 'floors/ingest.ts', writers: WRITERS, settings: { DATABASE_POOL_SIZE: String(POOL) } },
      async (stage) => {
        await compareRows(stage, comparedBodies(options.customers), { rowsOf, count: COMPARED });
        report.progress(`the rows of ${COMPARED} messages are equal`);
        const { pairs } = options;
        const seconds = options.quick ? 0.1 : 4;
        const load = { connections: WRITERS, seconds, customers: options.customers, ask: 'messages' as const };
        const told = (pair: number) => report.progress(`pair ${pair} of ${pairs}`);
        const windows = await measureInPairs(stage, load, { pairs, told });
        const summary = summarise(windows);
        report.figure({
          figure: 'ingest.16',
          unit: 'messages/s',
          ...summary,
          asked: 'at least 0.5 of the floor',
          met: summary.ratio >= 0.5,
          with: { writers: WRITERS, ...summary.with },
        });
      },
    );
  },
};

function comparedBodies(customers: number): string[] {
  // Of each four customers the last has no open conversation, and a new one has another id on each side.
  const numbers = Array.from({ length: COMPARED }, (_, i) => Math.floor((i * customers) / COMPARED / 4) * 4 + (i % 3));
  return numbers.map((customer, i) => messageBody(customer, `compare-${i}`));
}

async function rowsOf(databaseUrl: string) {
  const sql = singleConnection(databaseUrl, 'punos bench');
  const rows = await sql`
    select m.external_id, m.customer_id, m.conversation_id, m.leg_id, m.inbox_id, m.direction, m.visibility, m.author_kind, m.author_id,
      m.text, m.occurred_at, c.status, c.assignee_id, c.channel, c.last_message_at, l.last_message_at as leg_at, l.endpoint_id,
      e.type, e.streams, e.versions, e.topics, e.occurred_at as event_at, e.details - 'messageId' as details,
      (select json_agg(s.stream || ' ' || s.version order by s.stream) from event_streams s where s.position = e.position) as places,
      (select json_agg(h.stream || ' ' || h.version order by h.stream) from stream_heads h where h.stream = any (e.streams)) as heads
    from messages m join conversations c on c.id = m.conversation_id join legs l on l.id = m.leg_id
      join events e on e.details->>'messageId' = m.id
    where m.external_id like 'compare-%' order by m.external_id`;
  await sql.end();
  return rows;
}
