import { ApolloClient, InMemoryCache } from '@apollo/client';
import type { Client, Sink } from 'graphql-ws/client';
import { expect, test, vi } from 'vitest';

import { CONVERSATION_EVENTS } from '../../../examples/frontend/documents.ts';
import { ResumingLink } from '../../../examples/frontend/resuming-link.ts';
import { until } from '../../support/until.ts';

/** A client of which each life is in the hands of the test. Like graphql-ws it says `complete` also to who leaves. */
function aSocket() {
  const lives: { after: unknown; sink: Sink<never> }[] = [];
  const subscribe = (payload: { variables: { after: unknown } }, sink: Sink<never>) => {
    lives.push({ after: payload.variables.after, sink });
    return () => void Promise.resolve().then(() => sink.complete());
  };
  return { lives, client: { subscribe } as unknown as Client };
}
const payload = (cursor: string) => ({ data: { conversationEvents: { cursor, event: null } } }) as never;

function aReader(after: string) {
  const { lives, client: socket } = aSocket();
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new ResumingLink(socket) });
  const seen = { cursors: [] as string[], errors: [] as string[] };
  const live = client.subscribe({ query: CONVERSATION_EVENTS, variables: { after } }).subscribe(({ data, error }) => {
    if (data) seen.cursors.push(data.conversationEvents.cursor);
    if (error) seen.errors.push(error.message);
  });
  return { lives, seen, live };
}

test('each life begins behind the last cursor, whatever ended the one before', async () => {
  const { lives, seen, live } = aReader('c0');
  await until(
    () => lives.length,
    (count) => count === 1,
  );
  lives[0]!.sink.next(payload('c1'));
  lives[0]!.sink.error({ code: 1006, reason: '' });
  await until(
    () => lives.length,
    (count) => count === 2,
  );
  lives[1]!.sink.next({ errors: [{ message: 'Later.', extensions: { code: 'RATE_LIMITED' } }] } as never);
  await until(
    () => lives.length,
    (count) => count === 3,
  );
  lives[2]!.sink.next(payload('c2'));
  lives[2]!.sink.complete();
  await until(
    () => lives.length,
    (count) => count === 4,
  );
  expect(lives.map(({ after }) => after)).toEqual(['c0', 'c1', 'c1', 'c2']);
  expect(seen).toEqual({ cursors: ['c1', 'c2'], errors: [] });
  live.unsubscribe();
});

test('who leaves, or is refused for good, does not come back', async () => {
  const left = aReader('c0');
  const refused = aReader('c0');
  await until(
    () => left.lives.length + refused.lives.length,
    (count) => count === 2,
  );
  vi.useFakeTimers();
  try {
    left.live.unsubscribe();
    refused.lives[0]!.sink.error([{ message: 'Too old.', extensions: { code: 'CURSOR_EXPIRED' } }] as never);
    await vi.advanceTimersByTimeAsync(60_000);
  } finally {
    vi.useRealTimers();
  }
  expect(left.lives).toHaveLength(1);
  expect(refused.lives).toHaveLength(1);
  expect(refused.seen.errors).toEqual(['Too old.']);
});
