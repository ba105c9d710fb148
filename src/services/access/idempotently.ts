import { createHmac, timingSafeEqual } from 'node:crypto';

import postgres from 'postgres';

import { Refusal } from '../../values/refusal.ts';
import { atomically, writeBeside } from '../events/atomically.ts';
import { keyedHash, type Installation } from '../events/installation.ts';
import type { Scope, TransactionScope } from '../scope.ts';

/** What is kept of a result: ids to read again, never the data itself. */
export interface ResultIds {
  readonly [name: string]: string | null | readonly ResultIds[];
}
type Kept = { ids: ResultIds } | { refusal: Pick<Refusal, 'code' | 'message' | 'field' | 'details'> };

/** One act, named by the caller so that a retry is not a second act. */
export interface Act {
  mutation: string;
  /** Null: the caller gave no key; the work runs as often as it is asked for. */
  key: string | null | undefined;
  input: unknown;
  /** True: a refused act may be tried again under the same key. */
  forgetsRefusals?: boolean;
}

const TRIES = 3;

const isKeyTaken = (error: unknown) =>
  error instanceof postgres.PostgresError && error.code === '23505' && error.table_name === 'idempotency_keys';

/**
 * Runs a mutation once per (principal, mutation, key). The result's ids are stored in the transaction of the effect; a repeat gets
 * them back and reads the objects again under today's rights. The same key with another input is refused. A refusal is kept too,
 * except INVALID_INPUT, which the caller may correct. `replayed` tells which it was (a secret is shown only the first time).
 */
export function idempotently<R extends ResultIds>(
  scope: Scope,
  installation: Installation,
  act: Act,
  work: (tx: TransactionScope) => Promise<R>,
): Promise<{ ids: R; replayed: boolean }> {
  return idempotentlyIn(scope, installation, act, (keep) =>
    atomically(scope, async (tx) => {
      const result = await work(tx);
      keep(tx, result);
      return result;
    }),
  );
}

/** The same for what opens its transaction by itself: it calls `keep` in it, with the result. */
export async function idempotentlyIn<R extends ResultIds>(
  scope: Scope,
  installation: Installation,
  act: Act,
  work: (keep: (tx: TransactionScope, result: R) => void) => Promise<R>,
): Promise<{ ids: R; replayed: boolean }> {
  if (act.key == null) return { ids: await work(() => undefined), replayed: false };
  if (act.key.length < 1 || act.key.length > 200 || act.key.includes('\0'))
    throw new Refusal('INVALID_INPUT', 'An idempotency key has 1 to 200 characters.', ['idempotencyKey']);

  const digest = createHmac('sha256', installation.secret).update(canonical(act.input)).digest();
  const named = { ...act, name: nameOfKey(installation, act.mutation, act.key) };
  for (let attempt = 1; ; attempt += 1) {
    const kept = await readKept(scope, named, digest);
    if (kept) return { ids: replay<R>(kept), replayed: true };
    try {
      const ids = await work((tx, result) => writeBeside(tx, keep(tx, named, digest, { ids: result })));
      return { ids, replayed: false };
    } catch (error) {
      // Somebody else finished the same act first: everything done here was rolled back, their result is ours.
      if (isKeyTaken(error) && attempt < TRIES) continue;
      if (!(error instanceof Refusal)) throw error;
      const isKept = error.code !== 'INVALID_INPUT' && !act.forgetsRefusals;
      // What was refused may be what the first copy of this very act has just brought about: then its result is ours.
      const isFirst = isKept
        ? await keepRefusal(scope, named, digest, error)
        : (await readKept(scope, named, digest)) === null;
      if (!isFirst && attempt < TRIES) continue;
      throw error;
    }
  }
}

/** Under which name a key is kept: callers make keys of e-mail addresses and names, which must not outlive their person. */
export function nameOfKey(installation: Installation, mutation: string, key: string): string {
  return keyedHash(installation, 'idempotency key', `${mutation}\n${key}`);
}

type NamedAct = Act & { readonly name: string };

async function readKept(scope: Scope, act: NamedAct, digest: Buffer): Promise<Kept | null> {
  // As it was given: keys were kept so before they had names, and those are remembered for some days.
  const [row] = await scope.db.sql<{ inputDigest: Buffer; result: Kept }[]>`
    select input_digest, result from idempotency_keys
    where principal = ${scope.viewer.principal} and mutation = ${act.mutation} and key = any(${[act.name, act.key!]})`;
  if (!row) return null;
  if (!timingSafeEqual(row.inputDigest, digest))
    throw new Refusal(
      'IDEMPOTENCY_KEY_REUSED',
      'This key was used before with another input. Use a new key for a new act.',
      ['idempotencyKey'],
    );
  return row.result;
}

/** False: somebody else finished the act in the meantime. */
async function keepRefusal(scope: Scope, act: NamedAct, digest: Buffer, refusal: Refusal): Promise<boolean> {
  const { code, message, field, details } = refusal;
  try {
    await keep(scope, act, digest, { refusal: { code, message, field, details } });
    return true;
  } catch (error) {
    if (isKeyTaken(error)) return false;
    throw error;
  }
}

async function keep(scope: Scope, act: NamedAct, digest: Buffer, kept: Kept): Promise<void> {
  await scope.db.sql`
    insert into idempotency_keys (principal, mutation, key, input_digest, result, created_at)
    values (${scope.viewer.principal}, ${act.mutation}, ${act.name}, ${digest}, ${scope.db.sql.json(kept)}, ${scope.now})`;
}

function replay<R extends ResultIds>(kept: Kept): R {
  if ('ids' in kept) return kept.ids as unknown as R;
  const { code, message, field, details } = kept.refusal;
  throw new Refusal(code, message, field, details);
}

/** The same text for the same input, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
