import { checkText } from '../../values/check-text.ts';
import { newId, type WebhookEndpointId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { idempotently } from '../access/idempotently.ts';
import { requireRight } from '../access/role-rights.ts';
import { encodeCursor, placeAt } from '../events/cursor.ts';
import type { Installation } from '../events/installation.ts';
import { readSnapshot } from '../events/read-events.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { tellOfWebhook } from './change-webhook-endpoint.ts';
import { lendKey } from './lend-key.ts';
import type { CheckWebhook, RegisteredSubscription } from './webhook-endpoint.ts';
import { newWebhookSecret, sealWebhookSecret, shownOfWebhookSecret } from './webhook-secrets.ts';

export interface NewWebhookEndpoint extends RegisteredSubscription {
  readonly name: string;
  readonly url: string;
  /** Null: the caller's own. */
  readonly keyId: string | null;
}

const LONGEST_NAME = 100;
const LONGEST_URL = 2_000;
const LONGEST_DOCUMENT = 20_000;
const LONGEST_VARIABLES = 10_000;
/** How JSON writes NUL and halves of surrogate pairs, in texts and in keys. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i;
/** Each of them may have a row for every event. */
const MOST_OF_A_KEY = 100;

/** Registers an endpoint. The same idempotency key again makes no second one and shows no secret. */
export async function createWebhookEndpoint(
  scope: Scope,
  { installation, check }: { readonly installation: Installation; readonly check: CheckWebhook },
  input: NewWebhookEndpoint,
  idempotencyKey: string | null,
): Promise<{ id: WebhookEndpointId; secret: string | null }> {
  requireRight(scope.viewer, 'webhooks:write');
  const act = { mutation: 'webhookEndpointCreate', key: idempotencyKey, input };
  let secret = '';
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    const { name, url, document, variables } = input;
    checkWebhookTexts(input);
    const viewer = await lendKey(tx, input.keyId);
    await checkRoom(tx, viewer.principal);
    await check(tx, { url, document, variables }, viewer);
    const id = newId('webhookEndpoint');
    secret = newWebhookSecret();
    await tx.db.sql`
      insert into webhook_endpoints (id, name, url, document, variables, key_id, secret, secret_prefix, revision, from_cursor,
        created_by, created_at)
      values (${id}, ${name}, ${url}, ${document}, ${tx.db.sql.json(variables as never)}, ${viewer.principal},
        ${sealWebhookSecret(installation, id, secret)}, ${shownOfWebhookSecret(secret)}, 1, ${await cursorNow(tx, installation)},
        ${tx.viewer.principal}, ${tx.now})`;
    await tellOfWebhook(tx, id, 'webhook.recorded');
    return { id };
  });
  return { id: ids.id, secret: replayed ? null : secret };
}

/** Where the journal ends at this moment. */
export const cursorNow = async ({ db }: Scope, installation: Installation): Promise<string> =>
  encodeCursor(installation, placeAt(await readSnapshot(db.journal)));

/** Checks what people wrote for its length and its characters; what it means is checked later. */
export function checkWebhookTexts({ name, url, document, variables }: Omit<NewWebhookEndpoint, 'keyId'>): void {
  checkText(name, ['input', 'name'], LONGEST_NAME);
  checkText(url, ['input', 'url'], LONGEST_URL);
  checkText(document, ['input', 'document'], LONGEST_DOCUMENT);
  const written = checkText(JSON.stringify(variables), ['input', 'variables'], LONGEST_VARIABLES);
  if (UNSTORABLE.test(written))
    throw new Refusal('INVALID_INPUT', '`variables` hold a character that is none (NUL or half a pair); remove it.', [
      'input',
      'variables',
    ]);
}

async function checkRoom({ db: { sql } }: TransactionScope, keyId: string): Promise<void> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from webhook_endpoints where key_id = ${keyId} and disabled_at is null`;
  if (row!.count >= MOST_OF_A_KEY)
    throw new Refusal('NOT_ALLOWED', `A key has ${MOST_OF_A_KEY} webhook endpoints at most. Disable one first.`);
}
