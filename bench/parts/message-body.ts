import { emailOf, phoneOf } from '../seed/customer-id.ts';

export const MESSAGE_RECEIVE = `mutation Receive($input: MessageReceiveInput!) {
  messageReceive(input: $input) { message { id } isRedelivery userErrors { code message } }
}`;

interface Identifier {
  readonly kind: 'EMAIL' | 'PHONE' | 'LOYALTY_ID';
  readonly value: string;
}

/** The body of a request that hands in one message of a seeded customer. */
export const messageBody = (customer: number, externalId: string): string =>
  bodyFrom({ kind: 'EMAIL', value: emailOf(customer) }, externalId);

function bodyFrom(sender: Identifier & { readonly identities?: readonly Identifier[] }, externalId: string): string {
  const text = 'Where is my parcel? The page of the carrier has said the same since Monday.';
  const input = { inbox: 'bench-0', sender, externalId, text, occurredAt: new Date().toISOString() };
  return JSON.stringify({ query: MESSAGE_RECEIVE, variables: { input } });
}

/** Whom messages are from, and by what they say so: the address alone, or everything that the source knows of the sender. */
export interface Senders {
  readonly senders: 'known' | 'first';
  readonly by: 'address' | 'all';
}

/** A message of a seeded customer who has an e-mail address and a phone number, or the first contact of somebody with a loyalty card besides. */
export function senderBody({ senders, by }: Senders, customer: number, name: string): string {
  if (senders === 'known') {
    const number = customer - (customer % 2);
    const identities = by === 'all' ? [{ kind: 'PHONE' as const, value: phoneOf(number) }] : [];
    return bodyFrom({ kind: 'EMAIL', value: emailOf(number), identities }, name);
  }
  const card = { kind: 'LOYALTY_ID' as const, value: `card-${name}` };
  return bodyFrom({ kind: 'EMAIL', value: `${name}@example.com`, identities: by === 'all' ? [card] : [] }, name);
}
