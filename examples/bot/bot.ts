// PUNOS_URL=http://127.0.0.1:4000 PUNOS_KEY=<a bot's key> node bot.ts
// Answers where an order is, from the context packet; everything else goes to a person.
import { openPunos, placeIn } from '../punos.ts';
import { answerTo, type Packet } from './answer.ts';

const EVENTS = `subscription BotEvents($after: String) {
  conversationEvents(after: $after) {
    cursor
    event {
      type
      conversation { id status control { kind } customer { id } }
      message { id text }
    }
  }
}`;
const CONTEXT = `query BotContext($customerId: ID!) {
  contextPacket(customerId: $customerId) {
    profile { givenName displayName }
    orders { number status shipments { carrier trackingNumber estimatedDeliveryAt lastPlace } }
  }
}`;
const SEND = `mutation BotSend($id: ID!, $text: String!, $key: String!) {
  messageSend(id: $id, input: { text: $text }, idempotencyKey: $key) { userErrors { code message } }
}`;
const NOTE = `mutation BotNote($id: ID!, $text: String!, $key: String!) {
  noteAdd(id: $id, input: { text: $text }, idempotencyKey: $key) { userErrors { code message } }
}`;
const ROUTE = `mutation BotRoute($id: ID!, $key: String!) {
  conversationRoute(id: $id, idempotencyKey: $key) { userErrors { code message } }
}`;

interface Payload {
  cursor: string;
  event: {
    type: string;
    conversation: { id: string; status: string; control: { kind: string } | null; customer: { id: string } } | null;
    message: { id: string; text: string } | null;
  } | null;
}

const punos = openPunos({
  url: process.env['PUNOS_URL'] ?? 'http://127.0.0.1:4000',
  key: process.env['PUNOS_KEY'] ?? '',
});
const place = placeIn(process.env['PUNOS_PLACE'] ?? 'bot.place');

// The first time it begins now; afterwards where it stopped, so that what was written meanwhile is answered too.
const after = (await place.read()) ?? (await punos.ask<{ cursor: string }>('{ cursor }')).cursor;
console.log('The bot listens.');
for await (const { event } of punos.follow<Payload>(EVENTS, { after, onPlace: (cursor) => place.write(cursor) })) {
  if (event?.type !== 'MESSAGE_RECEIVED' || !event.conversation || !event.message) continue;
  const { id, status, control, customer } = event.conversation;
  // A person has it: a second voice would only confuse.
  if (status !== 'OPEN' || (control !== null && control.kind !== 'BOT')) continue;
  await answer(id, customer.id, event.message);
}

/** Named by the message that it answers, each act happens once, however often the bot is killed between doing it and remembering. */
async function answer(id: string, customerId: string, message: { id: string; text: string }): Promise<void> {
  const { contextPacket } = await punos.ask<{ contextPacket: Packet | null }>(CONTEXT, { customerId });
  const text = contextPacket && answerTo(message.text, contextPacket);
  if (text) {
    await punos.ask(SEND, { id, text, key: `answer-${message.id}` });
    console.log(`answered ${message.id}`);
    return;
  }
  await punos.ask(NOTE, {
    id,
    text: `The bot hands over. The customer wrote: ${message.text}`,
    key: `note-${message.id}`,
  });
  await punos.ask(ROUTE, { id, key: `route-${message.id}` });
  console.log(`handed over ${message.id}`);
}
