import { checkMoment } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { WELL_KNOWN_TRAITS } from '../../values/traits.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockCustomer, requireStaff } from './lock-customer.ts';
import type { TraitValue } from './trait.ts';

/** What a source says now, or said at a moment in the past. */
export interface TraitStatement {
  readonly key: string;
  /** Null takes the trait back. */
  readonly trait: TraitValue | null;
  readonly source: string;
  /** The source's clock. Default: the scope's now. */
  readonly occurredAt?: Date | null;
}

const MOST = 100;
const LONGEST_TEXT = 2_000;
/** A clock may be ahead, but a statement of next year would hide everything said until then. */
const MOST_AHEAD_MS = 24 * 60 * 60 * 1_000;

/**
 * Keeps what a source says of a person. The newest statement of a key by the source's clock is the trait; one that comes late takes
 * its place in the past. The same again changes nothing.
 */
export async function setTraits(
  scope: Scope,
  customerId: string,
  statements: readonly TraitStatement[],
): Promise<CustomerId> {
  requireStaff(scope);
  if (statements.length === 0 || statements.length > MOST)
    throw new Refusal('INVALID_INPUT', `Send 1 to ${MOST} traits at once.`, ['traits']);
  statements.forEach((statement, i) => checkStatement(scope, statement, ['traits', String(i)]));
  return atomically(scope, async (tx) => {
    const { id } = await lockCustomer(tx, customerId);
    let changed = false;
    // One after the other: a later statement of a list may be about the same key.
    for (const statement of statements) changed = (await keep(tx, id, statement)) || changed;
    if (changed)
      recordFact(tx, {
        type: 'customer.updated',
        streams: [stream.customer(id)],
        details: { customerId: id, fields: ['traits'] },
      });
    return id;
  });
}

/** True when it was not known. The period that it falls into ends where it begins. */
async function keep(tx: TransactionScope, customerId: CustomerId, statement: TraitStatement): Promise<boolean> {
  const { key, trait, source, occurredAt } = statement;
  const at = occurredAt ?? tx.now;
  const { sql } = tx.db;
  const value = trait === null ? null : sql.json(trait.value);
  const rows = await sql`
    with before as (
      select valid_from, valid_to, value, kind from customer_traits
      where customer_id = ${customerId} and key = ${key} and valid_from <= ${at}
      order by valid_from desc limit 1
    ), after as (
      select min(valid_from) as valid_from from customer_traits
      where customer_id = ${customerId} and key = ${key} and valid_from > ${at}
    ), news as (
      select ${value}::jsonb as value, ${trait?.kind ?? 'text'}::text as kind
      where (select value from before) is distinct from ${value}::jsonb
    ), ended as (
      update customer_traits t set valid_to = ${at} from before, news
      where t.customer_id = ${customerId} and t.key = ${key} and t.valid_from = before.valid_from and before.valid_from < ${at}
    )
    insert into customer_traits (customer_id, key, valid_from, valid_to, value, kind, source, recorded_at)
    select ${customerId}, ${key}, ${at}, (select valid_from from after), value, kind, ${source}, ${tx.now} from news
    on conflict (customer_id, key, valid_from) do update set
      value = excluded.value, kind = excluded.kind, source = excluded.source, recorded_at = excluded.recorded_at
    returning 1`;
  return rows.length > 0;
}

function checkStatement(scope: Scope, { key, trait, source, occurredAt }: TraitStatement, at: readonly string[]): void {
  if (!/^[a-z][a-z0-9_.]{0,63}$/.test(key))
    throw new Refusal(
      'INVALID_INPUT',
      'The key of a trait begins with a small letter and has 64 small letters, digits, dots or underscores at most.',
      [...at, 'key'],
    );
  checkText(source, [...at, 'source'], 100);
  if (occurredAt) checkMoment(occurredAt, [...at, 'occurredAt']);
  if (occurredAt && occurredAt.getTime() > scope.now.getTime() + MOST_AHEAD_MS)
    throw new Refusal('INVALID_INPUT', 'A trait cannot be more than a day ahead of our clock.', [...at, 'occurredAt']);
  if (trait === null) return;
  const known = Object.hasOwn(WELL_KNOWN_TRAITS, key) ? WELL_KNOWN_TRAITS[key as keyof typeof WELL_KNOWN_TRAITS] : null;
  if (known && known !== trait.kind) throw new Refusal('INVALID_INPUT', `\`${key}\` is a ${known}.`, [...at, 'value']);
  if (trait.kind === 'text') checkText(trait.value, [...at, 'value', 'text'], LONGEST_TEXT);
  if (trait.kind === 'number' && !Number.isFinite(trait.value))
    throw new Refusal('INVALID_INPUT', 'A number is a finite one.', [...at, 'value', 'number']);
}
