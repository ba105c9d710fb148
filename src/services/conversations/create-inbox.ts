import postgres from 'postgres';

import { newId, type InboxId } from '../../values/ids.ts';
import { inList } from '../../values/in-list.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { idempotently } from '../access/idempotently.ts';
import { requireRight } from '../access/role-rights.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { checkCredentials, checkInboxName, checkInboxSettings, hoursRow, type InboxSettings } from './check-inbox.ts';
import { newSigningSecret, sealFor, shownPrefix } from './inbox-secrets.ts';

export interface NewInbox extends InboxSettings {
  readonly channel: Channel;
  readonly externalId: string;
  readonly credentials: readonly { readonly name: string; readonly value: string }[];
}

/** Secrets of a new inbox, shown this once. Null: there is none, or the call is a repeat of an earlier one. */
export interface InboxSecrets {
  readonly hookSecret: string | null;
  readonly bridgeSecret: string | null;
}

/** Makes an inbox with a hook. The same idempotency key again makes no second one and shows no secret. */
export async function createInbox(
  scope: Scope,
  installation: Installation,
  input: NewInbox,
  idempotencyKey: string | null,
): Promise<{ id: InboxId } & InboxSecrets> {
  requireRight(scope.viewer, 'inboxes:write');
  const act = { mutation: 'inboxCreate', key: idempotencyKey, input };
  const secrets = secretsFor(input);
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => ({
    id: await insertInbox(tx, installation, input, secrets),
  }));
  return { id: ids.id as InboxId, ...(replayed ? { hookSecret: null, bridgeSecret: null } : secrets) };
}

/** The same for several, all or none; a refusal names the one at fault by its place. */
export async function createInboxes(
  scope: Scope,
  installation: Installation,
  inputs: readonly NewInbox[],
  idempotencyKey: string | null,
): Promise<({ id: InboxId } & InboxSecrets)[]> {
  requireRight(scope.viewer, 'inboxes:write');
  const act = { mutation: 'inboxesCreate', key: idempotencyKey, input: inputs };
  const secrets = inputs.map(secretsFor);
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    const made = await inList(inputs, (input, place) => insertInbox(tx, installation, input, secrets[place]!));
    return { all: made.join(' ') };
  });
  return (ids.all.split(' ') as InboxId[]).map((id, place) => ({
    id,
    ...(replayed ? { hookSecret: null, bridgeSecret: null } : secrets[place]!),
  }));
}

const secretsFor = ({ bridgeUrl }: NewInbox) => ({
  hookSecret: newSigningSecret(),
  bridgeSecret: bridgeUrl === null ? null : newSigningSecret(),
});

async function insertInbox(
  tx: TransactionScope,
  installation: Installation,
  input: NewInbox,
  { hookSecret, bridgeSecret }: { hookSecret: string; bridgeSecret: string | null },
): Promise<InboxId> {
  const { sql } = tx.db;
  const id = newId('inbox');
  const externalId = checkInboxName(input.externalId);
  const settings = checkInboxSettings(input);
  const credentials = checkCredentials(input.credentials);
  const [channel] = await sql`select 1 from channels where name = ${input.channel}`;
  if (!channel) throw new Refusal('INVALID_INPUT', 'There is no such channel.', ['input', 'channel']);
  await sql`
    insert into inboxes (id, channel, external_id, name, address, brand, market, business_hours, hook_secret,
      hook_secret_prefix, credentials, bridge_url, bridge_secret, bridge_secret_prefix, routing, created_at)
    values (${id}, ${input.channel}, ${externalId}, ${settings.name}, ${settings.address}, ${settings.brand},
      ${settings.market}, ${settings.businessHours && sql.json(hoursRow(settings.businessHours))},
      ${sealFor(installation, id, 'hook', hookSecret)}, ${shownPrefix(hookSecret)},
      ${credentials && sealFor(installation, id, 'credentials', credentials)}, ${settings.bridgeUrl},
      ${bridgeSecret && sealFor(installation, id, 'bridge', bridgeSecret)}, ${bridgeSecret && shownPrefix(bridgeSecret)},
      ${settings.routing}, ${tx.now})`.catch(asTaken);
  recordFact(tx, {
    type: 'inbox.recorded',
    streams: [stream.inboxRecord(id)],
    details: { inboxId: id, channel: input.channel },
  });
  return id;
}

function asTaken(error: unknown): never {
  if (error instanceof postgres.PostgresError && error.constraint_name === 'inboxes_external_id_unique')
    throw new Refusal('CONFLICT', 'Another inbox has this external id. Choose another, or change that inbox.', [
      'input',
      'externalId',
    ]);
  throw error;
}
