import { randomBytes } from 'node:crypto';

import type { Sql } from '../../database/open-database.ts';
import type { ConnectorId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { ConnectorDialectName } from '../../values/vocabulary.ts';
import { openSecret, sealSecret } from '../access/sealed-secret.ts';
import type { Installation } from '../events/installation.ts';
import type { HookConnector } from './connector.ts';

const LEAST_CHARACTERS = 8;
const MOST_CHARACTERS = 500;
const SHOWN_CHARACTERS = 12;
const STANDARD_WEBHOOKS = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The secret of somebody else's system, or a new one in the form of Standard Webhooks where the caller brings none. */
export function secretFor(dialect: ConnectorDialectName, brought: string | null): string {
  if (brought === null) return `whsec_${randomBytes(32).toString('base64')}`;
  const isLongEnough = brought.length >= LEAST_CHARACTERS && brought.length <= MOST_CHARACTERS;
  if (!isLongEnough || brought.includes('\0') || !brought.isWellFormed())
    throw new Refusal('INVALID_INPUT', `A secret has ${LEAST_CHARACTERS} to ${MOST_CHARACTERS} characters.`, [
      'input',
      'secret',
    ]);
  if (dialect === 'facts' && !(STANDARD_WEBHOOKS.test(brought) && brought.length >= 38))
    throw new Refusal(
      'INVALID_INPUT',
      'Such a secret is `whsec_` and at least 24 bytes in base64. Bring none to get one.',
      ['input', 'secret'],
    );
  return brought;
}

/** The part that is shown, so that people can tell secrets apart: never half of a short one. */
export const shownOf = (secret: string): string => secret.slice(0, Math.min(SHOWN_CHARACTERS, secret.length / 4));

const placeOf = (id: ConnectorId) => `connector:${id}:hook`;

export const sealConnectorSecret = (installation: Installation, id: ConnectorId, secret: string): Buffer =>
  sealSecret(installation, placeOf(id), secret);

/** The connector with this name, for the server's own use: no viewer may read its secrets. Null: there is none. */
export async function readHookConnector(
  sql: Sql,
  installation: Installation,
  name: string,
): Promise<HookConnector | null> {
  const [row] = await sql<
    (Omit<HookConnector, 'secrets'> & {
      secret: Buffer;
      earlierSecret: Buffer | null;
      earlierSecretUntil: Date | null;
    })[]
  >`
    select id, dialect, name, currency, secret, earlier_secret, earlier_secret_until from connectors where name = ${name}`;
  if (!row) return null;
  const { secret, earlierSecret, earlierSecretUntil: until, ...connector } = row;
  const open = (sealed: Buffer) => openSecret(installation, placeOf(row.id), sealed);
  return {
    ...connector,
    secrets: [
      { secret: open(secret), until: null },
      ...(earlierSecret && until ? [{ secret: open(earlierSecret), until }] : []),
    ],
  };
}
