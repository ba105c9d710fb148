import type { Viewer } from '../../src/values/viewer.ts';
import type { CustomerId, PartnerId, AgentId } from '../../src/values/ids.ts';
import type { Asking, Reply } from './asking.ts';
import { aViewer } from './scopes.ts';

type Variables = Record<string, unknown>;

/** A person with something of every kind, and a canary in every text that is theirs. */
export interface Shopper {
  readonly name: string;
  readonly email: string;
  readonly customerId: CustomerId;
  readonly conversationId: string;
  /** Inbound, in the order sent. */
  readonly messageIds: readonly string[];
  readonly sentMessageId: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly shipmentId: string;
  readonly partnerId: PartnerId;
}

export interface Shop extends Asking {
  readonly admin: Viewer;
  /** Does a mutation as the administrator; what is refused fails the test. Returns the payload. */
  act(mutation: string, variables: Variables): Promise<Payload>;
  /** The document of a mutation with all its arguments as variables. */
  documentOf(mutation: string): string;
  readonly inboxId: string;
  readonly smsInboxId: string;
  readonly agentIds: readonly AgentId[];
  readonly teamId: string;
  readonly locationId: string;
  readonly variantId: string;
  aShopper(name: string): Promise<Shopper>;
  /** A conversation of somebody new: its id, and the ids of its inbound messages. */
  aConversation(name: string, messages?: number): Promise<{ id: string; messageIds: string[]; customerId: string }>;
}

interface Made {
  readonly id: string;
  readonly variants: readonly [Made];
  readonly shipments: readonly [Made];
  readonly customer: Made;
  readonly conversation: Made;
  readonly version: number;
}
type MadeBy =
  | ('agent' | 'apiKey' | 'connector' | 'conversation' | 'customer' | 'inbox' | 'location' | 'message')
  | (
      | 'note'
      | 'partner'
      | 'product'
      | 'promise'
      | 'hold'
      | 'routingPolicy'
      | 'routingRehearsal'
      | 'skill'
      | 'controlOffer'
      | 'team'
      | 'webhookEndpoint'
      | 'webhookDelivery'
    );

/** What the tests read of what mutations answer; after a refusal all but `userErrors` is null. */
export type Payload = Readonly<Record<MadeBy, Made>> & {
  readonly userErrors: readonly { code: string; message: string; field: string[] | null }[];
  readonly orders: readonly [Made];
};

/** What a query answers under a name. */
export const found = (reply: Reply, name: string): Made => reply.data![name] as unknown as Made;

/** A mutation with all its arguments as variables; of its payload, if nothing else is said: its own fields, and the id and plain fields of what it leads to. */
export function documentOfMutation({ schema }: Pick<Asking, 'schema'>, name: string, selection?: string): string {
  const field = schema.getMutationType()!.getFields()[name]!;
  const declared = field.args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const given = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  return `mutation(${declared}) { payload: ${name}(${given}) { ${selection ?? selectionOf(String(field.type).replaceAll(/[[\]!]/g, ''), schema, 2)} } }`;
}

function selectionOf(typeName: string, schema: Asking['schema'], depth: number): string {
  const type = schema.getType(typeName) as never as { getFields(): Record<string, { type: unknown; args: unknown[] }> };
  return Object.entries(type.getFields())
    .flatMap(([name, { type: of, args }]) => {
      const inner = schema.getType(String(of).replaceAll(/[[\]!]/g, ''))!;
      if (!('getFields' in inner)) return args.length === 0 ? [name] : [];
      if (name === 'userErrors') return ['userErrors { code message field }'];
      if (depth === 0 || args.length > 0 || (depth === 1 && !/^(variants|shipments|order)$/.test(name))) return [];
      return [`${name} { __typename ${selectionOf(inner.name, schema, depth - 1)} }`];
    })
    .join(' ');
}

/** A shop with everything that its acts are about, made through the graph. */
export async function aFullShop(asking: Asking): Promise<Shop> {
  const admin = aViewer('admin', { principal: 'system:shop' });
  const documents = new Map<string, string>();
  const documentOf = (mutation: string) => {
    if (!documents.has(mutation)) documents.set(mutation, documentOfMutation(asking, mutation));
    return documents.get(mutation)!;
  };
  const act = async (mutation: string, variables: Variables): Promise<Payload> => {
    const reply = await asking.ask(admin, documentOf(mutation), variables);
    return payloadOf(reply, mutation);
  };
  const inbox = async (externalId: string, channel: string, but: object = {}) =>
    (await act('inboxCreate', { input: { externalId, channel, name: externalId, ...but } })).inbox.id;

  const inboxId = await inbox('mail', 'EMAIL', { address: 'care@shop.example' });
  const smsInboxId = await inbox('sms', 'SMS', { bridgeUrl: 'https://bridge.example/sms' });
  const agentIds: AgentId[] = [];
  for (const name of ['one', 'two']) {
    const { agent } = await act('agentUpsert', {
      input: { externalId: name, name: `Agent ${name}`, capacity: 50, skills: [] },
    });
    await act('agentPresenceSet', { id: agent.id, presence: 'ONLINE' });
    agentIds.push(agent.id as AgentId);
  }
  const { team } = await act('teamUpsert', { input: { externalId: 'care', name: 'Care', memberIds: [agentIds[0]] } });
  const { location } = await act('locationUpsert', { input: { externalId: 'turku', kind: 'STORE', name: 'Turku' } });
  const { product } = await act('productUpsert', {
    input: { externalId: 'lamp', title: 'Lamp', variants: [{ sku: 'LAMP', title: 'Lamp' }] },
  });
  const variantId = product.variants[0].id;
  await act('stockSet', { input: { variantId, locationId: location.id, onHand: 100, source: 'till' } });

  const aConversation = async (name: string, messages = 2) => {
    const messageIds: string[] = [];
    let [id, customerId] = ['', ''];
    for (let i = 0; i < messages; i += 1) {
      const { message } = await act('messageReceive', {
        input: {
          ...{ inbox: 'mail', externalId: `${name}-${i}`, text: `canary ${name} text ${i}`, threadId: name },
          ...{ subject: `canary ${name} subject`, occurredAt: new Date(Date.now() - 60_000 + i).toISOString() },
          sender: { kind: 'EMAIL', value: `canary-${name}@example.com`, displayName: `canary ${name} display` },
        },
      });
      messageIds.push(message.id);
      const answer = await asking.ask(
        admin,
        'query ($id: ID!) { node(id: $id) { ... on Message { conversation { id customer { id } } } } }',
        { id: message.id },
      );
      const { conversation } = found(answer, 'node');
      [id, customerId] = [conversation.id, conversation.customer.id];
    }
    return { id, messageIds, customerId };
  };

  const aShopper = async (name: string): Promise<Shopper> => {
    const { partner } = await act('partnerCreate', {
      input: { externalId: `carrier-${name}`, name: `canary ${name} partner`, kind: 'CARRIER' },
    });
    const { id: conversationId, messageIds, customerId } = await aConversation(name, 3);
    const email = `canary-${name}@example.com`;
    await act('customerUpsert', {
      input: {
        ...{
          source: 'crm',
          identities: [
            { kind: 'EMAIL', value: email },
            { kind: 'LOYALTY_ID', value: `canary-${name}-card` },
          ],
        },
        profile: { givenName: `canary ${name} given`, language: 'fi' },
      },
    });
    await act('traitsSet', {
      customerId,
      traits: [{ key: 'note', source: 'crm', value: { text: `canary ${name} trait` } }],
    });
    const { message } = await act('messageSend', { id: conversationId, input: { text: `canary ${name} reply` } });
    await act('noteAdd', { id: conversationId, input: { text: `canary ${name} note` } });
    await act('conversationHandOff', {
      id: conversationId,
      input: { to: { agentId: agentIds[0] }, summary: `canary ${name} summary` },
    });
    await act('activityRecord', {
      input: { customerId, source: 'site', search: { query: `canary ${name} search` } },
    });
    await act('activityRecord', {
      input: { customerId, source: 'site', review: { rating: 2, text: `canary ${name} review`, isPublic: false } },
    });
    await act('activityRecord', {
      input: { customerId, source: 'site', basketChange: { lines: [{ sku: `CANARY-${name}-SKU`, quantity: 1 }] } },
    });
    const orderNumber = `CANARY-${name}`;
    const fact = (what: string, body: object) => ({
      ...{ orderNumber, source: 'shop', sourceEventId: `${orderNumber}/${what}` },
      ...{ occurredAt: new Date(Date.now() - 50_000).toISOString(), ...body },
    });
    const line = { externalId: '1', sku: 'LAMP', title: `canary ${name} line`, quantity: 2, unitPriceMinor: 1_000 };
    await act('orderFactsRecord', {
      facts: [
        fact('placed', {
          placed: {
            ...{ customerId, lines: [line], total: { amountMinor: 2_000, currency: 'EUR' } },
            shippingAddress: { line1: `canary ${name} street`, city: 'Turku', country: 'FI' },
          },
        }),
        fact('paid', {
          paymentRecorded: { externalId: 'card', method: 'card', amount: { amountMinor: 2_000, currency: 'EUR' } },
        }),
        fact('shipped', {
          shipmentCreated: {
            ...{
              externalId: 'parcel',
              carrier: 'Posti',
              trackingNumber: `CANARY-${name}-TRACK`,
              partnerId: partner.id as PartnerId,
            },
            lineExternalIds: ['1'],
          },
        }),
        fact('returned', { returnRecorded: { externalId: 'r', status: 'REQUESTED', reason: `canary ${name} reason` } }),
      ],
    });
    const asked = await asking.ask(admin, 'query ($n: String!) { orderByNumber(number: $n) { id shipments { id } } }', {
      n: orderNumber,
    });
    const order = found(asked, 'orderByNumber');
    await act('conversationLinkOrder', { id: conversationId, orderId: order.id });
    return {
      ...{ name, email, customerId: customerId as CustomerId, conversationId, messageIds, orderNumber },
      ...{
        sentMessageId: message.id,
        orderId: order.id,
        shipmentId: order.shipments[0].id,
        partnerId: partner.id as PartnerId,
      },
    };
  };
  return {
    ...asking,
    ...{ admin, act, documentOf, inboxId, smsInboxId, agentIds, teamId: team.id },
    ...{ locationId: location.id, variantId, aShopper, aConversation },
  };
}

export function payloadOf(reply: Reply, what: string): Payload {
  const payload = reply.data?.['payload'] as unknown as Payload | null | undefined;
  if (reply.errors || !payload || payload.userErrors.length > 0)
    throw new Error(`${what}: ${JSON.stringify(reply.errors ?? payload)}`);
  return payload;
}
