import { checkWhole } from '../../values/check-input.ts';
import type { ConnectorId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { ConnectorDialectName } from '../../values/vocabulary.ts';
import { idempotently } from '../access/idempotently.ts';
import { requireRight } from '../access/role-rights.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { sealConnectorSecret, secretFor, shownOf } from './connector-secrets.ts';

/** How long the secret before may stay good, at most: 30 days. */
const LONGEST_OVERLAP_HOURS = 720;
const HOUR_MS = 3_600_000;

/** Gives a connector another secret; the one until now stays good for `overlapHours`. A third one is never good. */
export async function rotateConnectorSecret(
  scope: Scope,
  installation: Installation,
  input: { readonly id: string; readonly secret: string | null; readonly overlapHours: number },
  idempotencyKey: string | null,
): Promise<{ id: ConnectorId; secret: string | null }> {
  requireRight(scope.viewer, 'connectors:write');
  const act = { mutation: 'connectorRotateSecret', key: idempotencyKey, input };
  let secret = '';
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    const { sql } = tx.db;
    checkWhole(input.overlapHours, ['overlapHours'], 0, LONGEST_OVERLAP_HOURS);
    const [row] = await sql<{ id: ConnectorId; dialect: ConnectorDialectName }[]>`
      select id, dialect from connectors where id = ${input.id} for update`;
    if (!row) throw new Refusal('NOT_FOUND', 'There is no connector with this id.', ['id']);
    secret = secretFor(row.dialect, input.secret);
    const until = input.overlapHours === 0 ? null : new Date(tx.now.getTime() + input.overlapHours * HOUR_MS);
    await sql`
      update connectors set secret = ${sealConnectorSecret(installation, row.id, secret)}, secret_prefix = ${shownOf(secret)},
        earlier_secret = case when ${until !== null} then secret end, earlier_secret_until = ${until}
      where id = ${row.id}`;
    recordFact(tx, {
      type: 'connector.recorded',
      streams: [stream.connector(row.id)],
      details: { connectorId: row.id },
    });
    return { id: row.id };
  });
  return { id: ids.id, secret: replayed || input.secret !== null ? null : secret };
}
