import { GraphQLError } from 'graphql';
import postgres from 'postgres';
import { expect, test } from 'vitest';

import { DeadlineExceeded } from '../../src/database/deadline.ts';
import { maskError } from '../../src/execution/mask-error.ts';
import { AccessDenied } from '../../src/values/access-denied.ts';
import { CursorExpired, InvalidRequest } from '../../src/values/invalid-request.ts';
import { Refusal } from '../../src/values/refusal.ts';

const SECRET = 'hunter2-aino@example.com';
const reported: unknown[] = [];
const mask = (error: unknown) => maskError(error, 'request-1', (each) => reported.push(each));
const wrapped = (original: Error) =>
  new GraphQLError(original.message, { originalError: original, path: ['customer'] });

const databaseError = (code: string) =>
  Object.assign(new postgres.PostgresError({ message: SECRET } as never), { code, message: SECRET, detail: SECRET });

test.each([
  ['an error with a secret', new Error(SECRET)],
  ['a secret in the cause', new Error('x', { cause: new Error(SECRET) })],
  ['a driver error', databaseError('23505')],
  ['a thrown text', SECRET],
  ['an error that graphql-js wrapped twice', wrapped(wrapped(new Error(SECRET)))],
  ['a GraphQL error that is not ours', new GraphQLError(SECRET)],
  [
    'a GraphQL error with a code that is not ours',
    new GraphQLError(SECRET, { extensions: { code: 'X', secret: SECRET } }),
  ],
])('C26: %s leaves as a bug with the request id, and is reported', (_, error) => {
  reported.length = 0;
  const left = mask(error).toJSON();
  expect(left.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' });
  expect(JSON.stringify(left)).not.toContain(SECRET);
  expect(reported).toHaveLength(1);
});

test.each([
  ['a missing right', new AccessDenied('orders:read'), 'FORBIDDEN'],
  ['an impossible request', new InvalidRequest('first', 'No.'), 'BAD_USER_INPUT'],
  [
    'a refusal without a payload to stand in',
    new Refusal('INVALID_INPUT', 'No.', ['near', 'latitude']),
    'BAD_USER_INPUT',
  ],
  ['an old cursor', new CursorExpired(), 'CURSOR_EXPIRED'],
])('%s is told', (_, error, code) => {
  expect(mask(wrapped(error)).toJSON()).toMatchObject({
    message: error.message,
    path: ['customer'],
    extensions: { code },
  });
});

test.each([
  ['no answer in time', new DeadlineExceeded(5)],
  ['a statement timeout', databaseError('57014')],
  ['a lost connection', Object.assign(new Error(SECRET), { code: 'CONNECTION_CLOSED' })],
  ['a starting server', databaseError('57P03')],
])('%s may be tried again', (_, error) => {
  const left = mask(wrapped(error)).toJSON();
  expect(left.extensions?.['code']).toBe('UNAVAILABLE');
  expect(JSON.stringify(left)).not.toContain(SECRET);
});
