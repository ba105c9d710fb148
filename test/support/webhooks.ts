import { listWebhookAttempts, listWebhookDeliveries } from '../../src/services/partners/read-webhook-deliveries.ts';
import { readPageRequest } from '../../src/values/page.ts';
import type { Post } from './bridge.ts';
import { post } from './graphql.ts';
import { systemScope } from './start-app.ts';
import { until } from './until.ts';
import type { TestDatabase } from './with-database.ts';

/** What a mutation of webhooks answers. */
export interface WebhookAnswer {
  readonly webhookEndpoint: { readonly id: string; readonly disabledReason: string | null } | null;
  readonly webhookDelivery: { readonly id: string } | null;
  readonly secret: string | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: string[] | null }[];
}

export const ORDER_EVENTS = 'subscription { orderEvents { cursor event { type orderId status order { number } } } }';

/** Calls a mutation by its arguments as they are written. */
export async function actOnWebhook(
  url: string,
  secret: string,
  mutation: string,
  args: string,
  selection: string,
): Promise<WebhookAnswer> {
  const document = `mutation { answer: ${mutation}(${args}) { ${selection} userErrors { code message field } } }`;
  const { body } = await post(url, secret, document);
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data!['answer'] as unknown as WebhookAnswer;
}

/** Registers an endpoint as the holder of a key; a refusal fails the test. */
export async function anEndpoint(
  appUrl: string,
  key: string,
  given: { readonly url: string; readonly document?: string; readonly variables?: object },
): Promise<{ id: string; secret: string }> {
  const { url, document = ORDER_EVENTS, variables = {} } = given;
  const written = JSON.stringify;
  const input = `name: "test", url: ${written(url)}, document: ${written(document)}, variables: ${written(written(variables))}`;
  const selection = 'webhookEndpoint { id } secret';
  const answer = await actOnWebhook(appUrl, key, 'webhookEndpointCreate', `input: { ${input} }`, selection);
  if (!answer.webhookEndpoint) throw new Error(JSON.stringify(answer.userErrors));
  return { id: answer.webhookEndpoint.id, secret: answer.secret! };
}

/** Everything that stands in the ledger of an endpoint, the oldest first. */
export async function ledgerOf(database: TestDatabase, endpointId: string) {
  const page = await listWebhookDeliveries(
    systemScope(database),
    { endpointId, state: null },
    readPageRequest(100, null),
  );
  return page.nodes.toReversed();
}

export async function attemptsOf(database: TestDatabase, deliveryId: string) {
  return (await listWebhookAttempts(systemScope(database), deliveryId, readPageRequest(100, null))).nodes.toReversed();
}

/** Waits until so many deliveries are settled, and all of them. */
export const settled = (database: TestDatabase, endpointId: string, count = 1) =>
  until(
    () => ledgerOf(database, endpointId),
    (rows) => rows.length >= count && rows.every(({ state }) => state !== 'pending'),
  );

/** What stands in the body of a webhook for `ORDER_EVENTS`. */
export interface OrderPayload {
  readonly cursor: string;
  readonly event: {
    readonly type: string;
    readonly orderId: string;
    readonly status: string;
    readonly order: { number: string } | null;
  } | null;
}
export const payloadOf = ({ body }: Post): OrderPayload =>
  (JSON.parse(body) as { data: { orderEvents: OrderPayload } }).data.orderEvents;
