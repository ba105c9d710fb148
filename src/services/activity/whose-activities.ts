import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { identifyCustomers, identityKey, type NormalizedIntroduction } from '../customers/identify-customers.ts';
import { normalizeIdentity } from '../customers/normalize-identity.ts';
import { ownIds, personOf } from '../customers/person-of.ts';
import { activeRules, knownRules } from '../customers/resolving/active-rules.ts';
import { isBlocked } from '../customers/resolving/blocked-values.ts';
import { ErasedRefusal } from '../customers/suppression.ts';
import { StartOver } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import type { ToldActivity } from './activity.ts';
import type { ArrivingActivity, Whose } from './arriving-activity.ts';

type Refuse = (activity: ArrivingActivity, refusal: Refusal) => void;

/** The viewer's own customer for each activity. Refuses all of it when one names anybody else. */
export async function ownCustomer(tx: TransactionScope, told: readonly ToldActivity[]): Promise<Map<number, Whose>> {
  const customerId = tx.viewer.customerId!;
  const { sql } = tx.db;
  const rows = await sql<{ id: string; personId: CustomerId }[]>`
    select m.id, ${personOf(sql, customerId)} as person_id from ${ownIds(sql, tx.viewer)} as m(id)`;
  const members = new Set(rows.map(({ id }) => id));
  told.forEach((each, index) => {
    const at = ['activities', String(index)];
    if (each.identity != null)
      throw new Refusal('NOT_ALLOWED', 'Your key or token speaks for one customer: leave `identity` out.', [
        ...at,
        'identity',
      ]);
    if (each.customerId != null && !members.has(each.customerId))
      throw new Refusal('NOT_FOUND', 'No customer with this id is visible to you.', [...at, 'customerId']);
  });
  const whose = { customerId, personId: rows[0]!.personId };
  return new Map(told.map((_, index) => [index, whose]));
}

/** The customers that the activities name by id, or by an identity that finds or makes one. */
export async function toldCustomers(
  tx: TransactionScope,
  activities: readonly ArrivingActivity[],
  refuse: Refuse,
): Promise<Map<number, Whose>> {
  const { rules, version } = knownRules(tx);
  const byId: ArrivingActivity[] = [];
  const byIdentity: (NormalizedIntroduction & { activity: ArrivingActivity })[] = [];
  for (const activity of activities) {
    const { customerId, identity } = activity.told;
    try {
      if ((customerId == null) === (identity == null))
        throw new Refusal('INVALID_INPUT', 'Say whose it is with exactly one of `customerId` and `identity`.', [
          'customerId',
        ]);
      if (!identity) byId.push(activity);
      else {
        if (isBlocked(rules, identity.kind, identity.value))
          throw new Refusal('INVALID_INPUT', 'The rules block this value: it names nobody.', ['identity', 'value']);
        byIdentity.push({
          ...{ kind: identity.kind, value: identity.value, source: activity.source, occurredAt: activity.occurredAt },
          normalized: normalizeIdentity(identity.kind, identity.value, { field: ['identity', 'value'] }),
          activity,
        });
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(activity, error);
    }
  }
  const known =
    byId.length > 0
      ? await findCustomers(
          tx,
          byId.map(({ told }) => told.customerId!),
        )
      : null;
  const [current, identified] =
    byIdentity.length > 0
      ? await Promise.all([activeRules(tx), identifyCustomers(tx, byIdentity)])
      : [{ version }, null];
  // Others count since this process read them last; by now it knows them.
  if (current.version !== version) throw new StartOver();
  const whose = new Map<number, Whose>();
  for (const activity of byId) {
    const found = known!.get(activity.told.customerId!);
    if (found) whose.set(activity.index, found);
    else refuse(activity, new Refusal('NOT_FOUND', 'No customer has this id.', ['customerId']));
  }
  for (const introduction of byIdentity) {
    const key = identityKey(introduction);
    const found = identified!.customers.get(key);
    if (found) whose.set(introduction.activity.index, { customerId: found.customerId, personId: found.personId });
    else refuse(introduction.activity, identified!.shared.has(key) ? sharedByMany() : erased());
  }
  return whose;
}

const IDENTITY_FIELD = ['identity', 'value'];
const erased = () => new ErasedRefusal(IDENTITY_FIELD);
const sharedByMany = () =>
  new Refusal(
    'INVALID_INPUT',
    'More persons than the rules allow came with this value lately: it tells nobody apart. Name the customer by `customerId`, or by another identity.',
    IDENTITY_FIELD,
  );

async function findCustomers(tx: TransactionScope, ids: readonly string[]): Promise<Map<string, Whose>> {
  const rows = await tx.db.sql<Whose[]>`
    select c.id as customer_id, coalesce(l.person_id, c.id) as person_id
    from customers c left join person_links l on l.member_id = c.id
    where c.id = any(${[...new Set(ids)]}::text[])`;
  return new Map(rows.map((row) => [row.customerId, row]));
}
