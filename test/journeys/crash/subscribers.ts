import { EventStreamReader } from '../../support/event-stream-reader.ts';
import type { Asked, LiveReader } from '../../support/live-reader.ts';
import { SocketReader } from '../../support/socket-reader.ts';
import type { Shop } from './shop.ts';

export interface EventPayload {
  readonly cursor: string;
  readonly event: {
    readonly type: string;
    readonly recordedAt: string;
    readonly message?: { readonly id: string } | null;
  } | null;
}

export interface PacketPayload {
  readonly cursor: string;
  readonly packet: { readonly version: number; readonly customerId: string } | null;
}

/** What an event subscription should be told, in the journal's words. */
export interface Filter {
  /** Streams and topics, one of which an event has. */
  readonly keys: readonly string[];
  readonly types: RegExp;
}

export interface EventSubscriber {
  readonly name: string;
  readonly reader: LiveReader<EventPayload>;
  readonly filter: Filter;
}

export interface PacketSubscriber {
  readonly name: string;
  readonly reader: LiveReader<PacketPayload>;
  readonly customerId: string;
}

const OF_CONVERSATIONS = /^(conversation|message|note)\./;
const OF_CONVERSATIONS_BUT_NOTES = /^(conversation|message)\./;
const OF_ORDERS = /^(order|shipment|tracking|return)\./;
const OF_STOCK = /^stock\.changed$/;

/** The state of a packet, without what tells how a reader came to it. */
export const PACKET_STATE = /* GraphQL */ `
  version customerId memberIds
  profile { displayName language preferredChannel market customerSince }
  identities { kind value verified }
  conversations { id reference status channel messages { id direction authorKind text occurredAt } }
  orders { id number status placedAt lines { sku quantity } shipments { id trackingNumber status lastPlace } }
  stock { sku locations { name available } }
  routing { conversationId waiting }`;

const PACKETS = /* GraphQL */ `
  subscription ($customerId: ID!, $after: String) {
    contextPackets(customerId: $customerId, after: $after) { cursor packet { ${PACKET_STATE} } }
  }`;

function events(field: string, argument: string | null, type = 'ID!'): string {
  const about = field === 'conversationEvents' ? 'message { id text } conversation { status }' : '';
  const payload = `{ cursor event { type recordedAt ${about} } }`;
  return argument
    ? `subscription ($value: ${type}, $after: String) { ${field}(${argument}: $value, after: $after) ${payload} }`
    : `subscription ($after: String) { ${field}(after: $after) ${payload} }`;
}

interface Wanted {
  readonly name: string;
  readonly asked: Asked;
  readonly filter: Filter;
  /** A bot does not hear of notes. */
  readonly key?: 'reader' | 'bot';
}

/** 30 event subscriptions of every kind, half as the next one would ask them, so that some share an execution and some do not. */
function wantedEvents({ customers, inboxes, variants, locations }: Shop): Wanted[] {
  const asked = (field: string, argument: string | null, value: unknown, type?: string): Asked => ({
    field,
    document: events(field, argument, type),
    variables: argument ? { value } : {},
  });
  const conversations = (argument: string, value: string, topic: string, type?: string): Wanted => ({
    name: `conversationEvents ${topic}`,
    asked: asked('conversationEvents', argument, value, type),
    filter: { keys: [topic], types: OF_CONVERSATIONS },
  });
  return [
    ...customers.slice(0, 6).map(({ conversationId: id }) => conversations('conversationId', id, `conversation:${id}`)),
    ...inboxes.flatMap(({ id }) => [1, 2].map(() => conversations('inboxId', id, `inbox:${id}`))),
    ...inboxes.map(({ channel }) => conversations('channel', channel.toUpperCase(), `channel:${channel}`, 'Channel!')),
    {
      name: 'conversationEvents, all, as a bot',
      asked: asked('conversationEvents', null, null),
      filter: { keys: ['conversations'], types: OF_CONVERSATIONS_BUT_NOTES },
      key: 'bot',
    },
    ...[1, 2, 3, 4, 5, 6].map(() => ({
      name: 'orderEvents, all',
      asked: asked('orderEvents', null, null),
      filter: { keys: ['orders'], types: OF_ORDERS },
    })),
    ...variants.map(({ id }) => ({
      name: `stockEvents of ${id}`,
      asked: asked('stockEvents', 'variantId', id),
      filter: { keys: [`variant:${id}`], types: OF_STOCK },
    })),
    ...locations.map((id) => ({
      name: `stockEvents at ${id}`,
      asked: asked('stockEvents', 'locationId', id),
      filter: { keys: [`location:${id}`], types: OF_STOCK },
    })),
    ...[1, 2].map(() => ({
      name: 'stockEvents, all',
      asked: asked('stockEvents', null, null),
      filter: { keys: ['stock'], types: OF_STOCK },
    })),
  ];
}

/**
 * 50 subscribers, or as many times 30 more who want events as it takes; every second one on an event stream, the others on sockets. Open when this
 * resolves.
 */
export async function openSubscribers(shop: Shop, url: () => string, wanted = 50) {
  let made = 0;
  const aReader = <Payload extends { cursor: string }>(asked: Asked, key: 'reader' | 'bot'): LiveReader<Payload> => {
    const Reader = (made += 1) % 2 === 0 ? SocketReader<Payload> : EventStreamReader<Payload>;
    return new Reader({ url, secret: shop.keys[key], asked });
  };
  const ofEvents: EventSubscriber[] = Array.from({
    length: Math.max(1, Math.ceil((wanted - shop.customers.length) / 30)),
  })
    .flatMap(() => wantedEvents(shop))
    .map(({ name, asked, filter, key = 'reader' }) => ({
      name,
      filter,
      reader: aReader<EventPayload>(asked, key),
    }));
  const ofPackets: PacketSubscriber[] = shop.customers.map(({ id }, index) => ({
    name: `contextPackets of ${id}`,
    customerId: id,
    reader: aReader<PacketPayload>(
      { field: 'contextPackets', document: PACKETS, variables: { customerId: id } },
      index % 2 === 0 ? 'reader' : 'bot',
    ),
  }));
  const all = [...ofEvents, ...ofPackets];
  await Promise.all(all.map(({ reader }) => reader.open()));
  return { ofEvents, ofPackets, all };
}
