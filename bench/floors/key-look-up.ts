import { createHash } from 'node:crypto';

import type { Sql } from 'postgres';

/** The look-up that our server does for each request, no more: the key's hash, believed for a second. */
export function keyLookUp(sql: Sql): (authorization: string | undefined) => Promise<boolean> {
  const known = new Map<string, { at: number; isValid: Promise<boolean> }>();
  return (authorization = '') => {
    const hash = createHash('sha256').update(authorization.slice('Bearer '.length)).digest();
    const name = hash.toString('base64url');
    const before = known.get(name);
    if (before && Date.now() - before.at < 1_000) return before.isValid;
    const isValid = sql`select 1 from api_keys where hash = ${hash} and revoked_at is null`.then(
      (rows) => rows.length > 0,
    );
    known.set(name, { at: Date.now(), isValid });
    return isValid;
  };
}
