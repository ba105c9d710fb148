import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../../../src/services/conversations/ensure-inbox.ts';
import type { StatedIdentity } from '../../../../src/services/customers/resolving/told-identity.ts';
import { upsertCustomer } from '../../../../src/services/customers/upsert-customer.ts';
import { receiveMessage } from '../../../../src/services/intake/receive-message.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');
/** `PUNOS_RACE_ROUNDS=1000` for the whole of it. */
const ROUNDS = Number(process.env['PUNOS_RACE_ROUNDS'] ?? 60);
const AT_ONCE = 4;

beforeAll(async () => {
  for (const channel of ['email', 'sms', 'instagram'])
    await ensureInbox(scope, { externalId: channel, channel, name: channel, market: 'FI' });
});

/** Who wrote: one identifier of the channel, and what the source knows besides. */
interface Contact {
  readonly inbox: string;
  readonly sender: StatedIdentity;
  readonly identities: readonly StatedIdentity[];
}

/** A chain: each contact shares an identifier with the next one, the ends share none. */
function chainOf(round: number): Contact[] {
  const email: StatedIdentity = { kind: 'email', value: `race-${round}@example.com` };
  const phone: StatedIdentity = { kind: 'phone', value: `+35846${String(3_000_000 + round)}` };
  const handle: StatedIdentity = { kind: 'social_handle', value: `instagram:race${round}` };
  return [
    { inbox: 'email', sender: email, identities: [] },
    { inbox: 'email', sender: email, identities: [phone] },
    { inbox: 'sms', sender: phone, identities: [] },
    ...(round % 2 ? [{ inbox: 'sms', sender: phone, identities: [handle] }] : []),
    ...(round % 2 ? [{ inbox: 'instagram', sender: handle, identities: [] }] : []),
  ];
}

const arrive = async ({ inbox, sender, identities }: Contact, externalId: string, isRecord: boolean) =>
  isRecord
    ? upsertCustomer(scope, { identities: [sender, ...identities], source: 'crm' })
    : receiveMessage(scope, {
        ...{ inbox, externalId, sender: { ...sender, identities }, text: 'Hello', occurredAt: scope.now },
      });

test(
  `${ROUNDS} rounds of concurrent first contacts in a chain: each round ends as one person, with every message`,
  { timeout: 60_000 + ROUNDS * 1_000 },
  async () => {
    for (let first = 0; first < ROUNDS; first += AT_ONCE) {
      const rounds = Array.from({ length: Math.min(AT_ONCE, ROUNDS - first) }, (_, i) => first + i);
      await Promise.all(
        rounds.flatMap((round) =>
          chainOf(round)
            .map((contact, i) => ({ contact, i }))
            .sort(() => Math.random() - 0.5)
            .map(({ contact, i }) => arrive(contact, `${round}-${i}`, round % 3 === 2 && i === 1)),
        ),
      );
    }

    const persons = await sql<{ round: number; persons: number; messages: number }[]>`
      select split_part(m.external_id, '-', 1)::int as round, count(distinct coalesce(l.person_id, m.customer_id))::int as persons,
        count(*)::int as messages
      from messages m left join person_links l on l.member_id = m.customer_id
      group by 1 order by 1`;
    expect([...persons]).toEqual(
      Array.from({ length: ROUNDS }, (_, round) => ({
        ...{ round, persons: 1 },
        messages: chainOf(round).length - (round % 3 === 2 ? 1 : 0),
      })),
    );
    const owners = await sql`
      select count(distinct coalesce(l.person_id, i.customer_id))::int as persons, count(*)::int as identities
      from identities i left join person_links l on l.member_id = i.customer_id`;
    const identities = Array.from({ length: ROUNDS }, (_, round) => (round % 2 ? 3 : 2)).reduce((a, b) => a + b, 0);
    expect([...owners]).toEqual([{ persons: ROUNDS, identities }]);
    const chains = await sql`select 1 from person_links l join person_links up on up.member_id = l.person_id`;
    expect([...chains]).toEqual([]);
  },
);
