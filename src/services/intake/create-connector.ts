import postgres from 'postgres';

import { checkCurrency } from '../../values/check-input.ts';
import { newId, type ConnectorId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { ConnectorDialectName } from '../../values/vocabulary.ts';
import { idempotently } from '../access/idempotently.ts';
import { requireRight } from '../access/role-rights.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { sealConnectorSecret, secretFor, shownOf } from './connector-secrets.ts';

export interface NewConnector {
  readonly dialect: ConnectorDialectName;
  readonly name: string;
  readonly currency: string | null;
  /** The secret that the other system signs with. Null: we make one. */
  readonly secret: string | null;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** Makes a connector with a hook. The same idempotency key again makes no second one and shows no secret. */
export async function createConnector(
  scope: Scope,
  installation: Installation,
  input: NewConnector,
  idempotencyKey: string | null,
): Promise<{ id: ConnectorId; secret: string | null }> {
  requireRight(scope.viewer, 'connectors:write');
  const act = { mutation: 'connectorCreate', key: idempotencyKey, input };
  let secret = '';
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    if (!NAME.test(input.name))
      throw new Refusal(
        'INVALID_INPUT',
        'A name has 1 to 100 small letters, digits or `. _ -`, a letter or digit first.',
        ['input', 'name'],
      );
    if (input.currency !== null) checkCurrency(input.currency, ['input', 'currency']);
    secret = secretFor(input.dialect, input.secret);
    const id = newId('connector');
    await tx.db.sql`
      insert into connectors (id, dialect, name, currency, secret, secret_prefix, created_at)
      values (${id}, ${input.dialect}, ${input.name}, ${input.currency}, ${sealConnectorSecret(installation, id, secret)},
        ${shownOf(secret)}, ${tx.now})`.catch(asTaken);
    recordFact(tx, { type: 'connector.recorded', streams: [stream.connector(id)], details: { connectorId: id } });
    return { id };
  });
  return { id: ids.id, secret: replayed || input.secret !== null ? null : secret };
}

function asTaken(error: unknown): never {
  if (error instanceof postgres.PostgresError && error.constraint_name === 'connectors_name_unique')
    throw new Refusal('CONFLICT', 'Another connector has this name. Choose another.', ['input', 'name']);
  throw error;
}
