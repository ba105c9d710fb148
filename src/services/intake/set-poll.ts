import { checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { ConnectorId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { type ConnectorDialectName, POLLED_DIALECTS } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import { hearSources } from '../events/hear-sources.ts';
import type { Installation } from '../events/installation.ts';
import type { TransactionScope } from '../scope.ts';
import { sealPollKey } from './poll.ts';

/** How a carrier is to be asked. */
export interface PollSettings {
  readonly url: string;
  readonly key: string;
  readonly everySeconds: number;
  /** Whose parcels, as orders name carriers. Empty: everybody's. */
  readonly carriers: readonly string[];
}

const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 7 * 86_400;
const MOST_CARRIERS = 50;

/**
 * Says how the carrier behind a connector is asked for the news of parcels on their way, from now on. Null: it is asked no more.
 *
 * Throws NOT_FOUND, INVALID_INPUT.
 */
export async function setPoll(
  tx: TransactionScope,
  installation: Installation,
  id: string,
  settings: PollSettings | null,
): Promise<ConnectorId> {
  requireRight(tx.viewer, 'connectors:write');
  const { sql } = tx.db;
  const [connector] = await sql<{ id: ConnectorId; dialect: ConnectorDialectName; name: string }[]>`
    select id, dialect, name from connectors where id = ${id} for update`;
  if (!connector) throw new Refusal('NOT_FOUND', 'There is no connector with this id.', ['id']);
  if (settings === null) {
    // First: an answer that is just being taken is waited for.
    await sql`select 1 from polls where connector_id = ${connector.id} for update`;
    await sql`delete from polled_parcels where connector_id = ${connector.id}`;
    await sql`delete from polls where connector_id = ${connector.id}`;
  } else await keep(tx, installation, connector, checkSettings(connector.dialect, settings));
  recordFact(tx, {
    type: 'connector.recorded',
    streams: [stream.connector(connector.id)],
    details: { connectorId: connector.id },
  });
  return connector.id;
}

function checkSettings(
  dialect: ConnectorDialectName,
  { url, key, everySeconds, carriers }: PollSettings,
): PollSettings {
  if (!POLLED_DIALECTS.includes(dialect))
    throw new Refusal(
      'INVALID_INPUT',
      `Only these dialects can be asked: ${POLLED_DIALECTS.join(', ')}. This one calls by itself.`,
      ['id'],
    );
  checkText(url, ['input', 'url'], 500);
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isPlain =
    parsed &&
    /^https?:$/.test(parsed.protocol) &&
    parsed.username + parsed.password + parsed.search + parsed.hash === '';
  if (!isPlain)
    throw new Refusal(
      'INVALID_INPUT',
      '`url` is where its API begins, such as https://api.easypost.com: no key in it, no query.',
      ['input', 'url'],
    );
  checkText(key, ['input', 'key'], 500);
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new Refusal('INVALID_INPUT', '`key` has letters, digits and signs without spaces.', ['input', 'key']);
  checkWhole(everySeconds, ['input', 'everySeconds'], SHORTEST_SECONDS, LONGEST_SECONDS);
  if (carriers.length > MOST_CARRIERS)
    throw new Refusal('INVALID_INPUT', `Name at most ${MOST_CARRIERS} carriers, or none for all.`, [
      'input',
      'carriers',
    ]);
  for (const carrier of carriers) checkText(carrier, ['input', 'carriers'], 100);
  const names = [...new Set(carriers.map((carrier) => carrier.toLowerCase()))];
  return { url: url.replace(/\/+$/, ''), key, everySeconds, carriers: names };
}

async function keep(
  tx: TransactionScope,
  installation: Installation,
  { id, name }: { readonly id: ConnectorId; readonly name: string },
  { url, key, everySeconds, carriers }: PollSettings,
): Promise<void> {
  await tx.db.sql`
    insert into polls (connector_id, url, key, carriers, every_seconds, next_at)
    values (${id}, ${url}, ${sealPollKey(installation, id, key)}, ${carriers as string[]}, ${everySeconds}, ${tx.now})
    on conflict (connector_id) do update set url = excluded.url, key = excluded.key, carriers = excluded.carriers,
      every_seconds = excluded.every_seconds, next_at = excluded.next_at, failures = 0`;
  // Its time begins now: whoever watches sources finds it before it has ever answered.
  await hearSources(tx, 'tracking', [name]);
}
