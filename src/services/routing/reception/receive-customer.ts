import type { Receiver } from '../../../values/vocabulary.ts';
import type { Signal } from '../core/routing-state.ts';
import { conversationFact, type Standing } from '../../conversations/conversation-fact.ts';
import { recordFact } from '../../events/atomically.ts';
import { planOnce } from '../../events/plan-once.ts';
import { topic } from '../../events/fact.ts';
import type { TransactionScope } from '../../scope.ts';
import { receive } from '../core/receive.ts';
import { policiesInForce } from '../policies/policies-in-force.ts';
import { gatherSignals, type Signals } from '../signals/gather-signals.ts';
import type { ReceptionSignal } from './reception.ts';

/** Who comes first, and what is known: a task that follows needs not ask again. */
interface Received {
  readonly by: Receiver;
  readonly signals: Signals;
}

/**
 * Decides whether a bot or a person comes first to a customer who wrote and whom nobody serves, and keeps the decision with its reason. The same again is
 * kept once. The person's lock is the caller's.
 */
export async function receiveCustomer(tx: TransactionScope, standing: Standing): Promise<Received> {
  planOnce(tx);
  const { id, personId, channel } = standing;
  const signals = (await gatherSignals(tx, id)) ?? {};
  const at = tx.now.getTime();
  const known: Record<string, Signal> = {
    ...signals,
    channel: { value: channel, source: 'task', at },
    has_bot: { value: await hasBot(tx), source: 'access', at },
  };
  const { policyFor } = await policiesInForce(tx);
  const values = Object.fromEntries(Object.entries(known).map(([name, { value }]) => [name, value]));
  const { policy, version } = policyFor({ personId, signals: values });
  const { rule, signalsUsed, reasons } = receive(policy, known, tx.now);
  const used = signalsUsed.map((name): ReceptionSignal => ({
    ...{ name, ...known[name]! },
    isReason: reasons.includes(name),
  }));
  const isNews = await keep(tx, standing, { by: rule.by, rule: rule.name, policyVersion: version, signals: used });
  if (isNews)
    recordFact(
      tx,
      conversationFact(standing, {
        type: 'routing.reception_decided',
        topics: [topic.routing],
        details: { by: rule.by, policyVersion: version },
      }),
    );
  return { by: rule.by, signals };
}

interface Kept {
  readonly by: Receiver;
  readonly rule: string;
  readonly policyVersion: number;
  readonly signals: readonly ReceptionSignal[];
}

/** True: it is another decision than the last one of the conversation. */
async function keep(
  { db: { sql }, now }: TransactionScope,
  { id }: Standing,
  { by, rule, policyVersion, signals }: Kept,
): Promise<boolean> {
  const kept = await sql`
    insert into receptions (conversation_id, customer_id, decided_at, receiver, rule, policy_version, signals)
    select c.id, c.customer_id, ${now}::timestamptz, ${by}, ${rule}, ${policyVersion}::int, ${sql.json(signals as never)}::jsonb
    from conversations c
    where c.id = ${id} and not exists (
      select from (
        select * from receptions where conversation_id = ${id} order by decided_at desc limit 1
      ) last where last.receiver = ${by} and last.rule = ${rule} and last.policy_version = ${policyVersion})
    on conflict (conversation_id, decided_at) do update set receiver = excluded.receiver, rule = excluded.rule,
      policy_version = excluded.policy_version, signals = excluded.signals`;
  return kept.count > 0;
}

/** Whether a key of a bot is in use. */
async function hasBot({ db: { sql }, now }: TransactionScope): Promise<boolean> {
  const [row] = await sql<[{ isThere: boolean }]>`
    select exists (
      select from api_keys where role = 'bot' and revoked_at is null and (expires_at is null or expires_at > ${now})
    ) as is_there`;
  return row.isThere;
}
