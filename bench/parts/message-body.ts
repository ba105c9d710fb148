import { emailOf } from '../seed/customer-id.ts';

export const MESSAGE_RECEIVE = `mutation Receive($input: MessageReceiveInput!) {
  messageReceive(input: $input) { message { id } isRedelivery userErrors { code message } }
}`;

/** The body of a request that hands in one message of a seeded customer. */
export function messageBody(customer: number, externalId: string): string {
  const input = {
    inbox: 'bench-0',
    sender: { kind: 'EMAIL', value: emailOf(customer) },
    externalId,
    text: 'Where is my parcel? The page of the carrier has said the same since Monday.',
    occurredAt: new Date().toISOString(),
  };
  return JSON.stringify({ query: MESSAGE_RECEIVE, variables: { input } });
}
