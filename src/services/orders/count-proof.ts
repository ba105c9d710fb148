import { RateLimited } from '../../values/rate-limited.ts';
import { keyedHash, type Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';

const WINDOW_SECONDS = 900;
/** Wrong proofs for one number in that time, whoever asks: a postcode has few values, and many numbers are written on parcels. */
const MOST_OF_A_NUMBER = 5;
/** Wrong proofs by one key for all numbers together: a bot speaks for everybody, so this one is wide. */
const MOST_OF_A_KEY = 300;
const SWEPT_AT_ONCE = 20;

/**
 * Counts a proof as wrong before it is looked at, so that a hundred at once are a hundred; the answer takes it back when it was right. A number
 * that nobody has is counted like any other: who is told to wait learns nothing by it. Throws RateLimited.
 */
export async function countProof(
  { db: { sql }, viewer, now }: Scope,
  installation: Installation,
  number: string,
): Promise<() => Promise<void>> {
  const ofNumber = `number:${keyedHash(installation, 'order-proof', number)}`;
  const ofKey = `viewer:${viewer.principal}`;
  const over = new Date(now.getTime() - WINDOW_SECONDS * 1_000);
  const rows = await sql<{ subject: string; failures: number; since: Date }[]>`
    insert into order_proof_failures as f (subject, failures, since) values (${ofNumber}, 1, ${now}), (${ofKey}, 1, ${now})
    on conflict (subject) do update set
      failures = case when f.since <= ${over} then 1 else f.failures + 1 end,
      since = case when f.since <= ${over} then excluded.since else f.since end
    returning subject, failures, since`;
  await sql`
    delete from order_proof_failures where subject in (
      select subject from order_proof_failures where since <= ${over} order by since limit ${SWEPT_AT_ONCE} for update skip locked)`;
  for (const { subject, failures, since } of rows) {
    if (failures <= (subject === ofNumber ? MOST_OF_A_NUMBER : MOST_OF_A_KEY)) continue;
    const waitSeconds = Math.ceil((since.getTime() - over.getTime()) / 1_000);
    throw new RateLimited('Too many proofs were wrong. Try again later, or ask a person.', Math.max(1, waitSeconds));
  }
  return async () => {
    // One by one: who counts locks the two in one order, and nobody else may lock them in the other.
    for (const subject of [ofNumber, ofKey])
      await sql`update order_proof_failures set failures = greatest(failures - 1, 0) where subject = ${subject}`;
  };
}
