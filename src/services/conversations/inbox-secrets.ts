import { randomBytes } from 'node:crypto';

import type { Sql } from '../../database/open-database.ts';
import type { InboxId } from '../../values/ids.ts';
import { openSecret, sealSecret } from '../access/sealed-secret.ts';
import type { Installation } from '../events/installation.ts';

/** What of an inbox is sealed. The word is part of the seal: never rename one. */
export type SecretKind = 'hook' | 'bridge' | 'credentials';

const placeOf = (id: InboxId, kind: SecretKind) => `inbox:${id}:${kind}`;

/** A new signing secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in base64. */
export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The part that is shown, so that people can tell secrets apart. */
export const shownPrefix = (secret: string): string => secret.slice(0, 12);

export const sealFor = (installation: Installation, id: InboxId, kind: SecretKind, text: string): Buffer =>
  sealSecret(installation, placeOf(id, kind), text);

/** What verifies a request to the hook of an inbox. */
export interface HookInbox {
  readonly id: InboxId;
  readonly channel: string;
  /** Signing secrets, the present one first; `until` null: for good. Empty: the hook is closed. */
  readonly secrets: readonly { readonly secret: string; readonly until: Date | null }[];
}

/** The inbox with this id or external id, for the server's own use: no viewer may read it. Null: there is none. */
export async function readHookInbox(sql: Sql, installation: Installation, name: string): Promise<HookInbox | null> {
  const [row] = await sql<
    {
      id: InboxId;
      channel: string;
      hookSecret: Buffer | null;
      earlierHookSecret: Buffer | null;
      earlierHookSecretUntil: Date | null;
    }[]
  >`
    select id, channel, hook_secret, earlier_hook_secret, earlier_hook_secret_until
    from inboxes where id = ${name} or external_id = ${name} order by id = ${name} desc limit 1`;
  if (!row) return null;
  const { id, channel, hookSecret, earlierHookSecret, earlierHookSecretUntil: until } = row;
  const open = (sealed: Buffer) => openSecret(installation, placeOf(id, 'hook'), sealed);
  return {
    id,
    channel,
    secrets: [
      ...(hookSecret ? [{ secret: open(hookSecret), until: null }] : []),
      ...(earlierHookSecret && until ? [{ secret: open(earlierHookSecret), until }] : []),
    ],
  };
}

/** Where the bridge of an inbox is and what signs for it. */
export interface Bridge {
  readonly url: string;
  /** In the form of Standard Webhooks, `whsec_…`. */
  readonly secret: string;
}

/** The bridge of an inbox, for the courier. Null: it has none. */
export async function readBridge(sql: Sql, installation: Installation, id: InboxId): Promise<Bridge | null> {
  const [row] = await sql<{ bridgeUrl: string | null; bridgeSecret: Buffer | null }[]>`
    select bridge_url, bridge_secret from inboxes where id = ${id}`;
  if (!row?.bridgeUrl || !row.bridgeSecret) return null;
  return { url: row.bridgeUrl, secret: openSecret(installation, placeOf(id, 'bridge'), row.bridgeSecret) };
}

/** What the channel of an inbox asks of us, by name: a password, a token. Empty: nothing is kept. */
export async function readCredentials(
  sql: Sql,
  installation: Installation,
  id: InboxId,
): Promise<Readonly<Record<string, string>>> {
  const [row] = await sql<{ credentials: Buffer | null }[]>`select credentials from inboxes where id = ${id}`;
  if (!row?.credentials) return {};
  return JSON.parse(openSecret(installation, placeOf(id, 'credentials'), row.credentials)) as Record<string, string>;
}
