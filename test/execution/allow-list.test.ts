import { expect, test } from 'vitest';

import { allowList } from '../../src/execution/allow-list.ts';
import { PersistedDocuments, sha256Of } from '../../src/execution/persisted-documents.ts';
import type { Role } from '../../src/values/vocabulary.ts';

test('`log` lets everything pass and tells of each stranger once', () => {
  const told: [string, Role][] = [];
  const check = allowList({
    mode: 'log',
    roles: ['agent'],
    texts: ['{ listed }'],
    onStranger: (sha256, role) => told.push([sha256, role]),
  });

  for (let i = 0; i < 3; i += 1) for (const text of ['{ listed }', '{ strange }']) check(text, 'agent');
  check('{ ofAnAdmin }', 'admin');

  expect(told).toEqual([[sha256Of('{ strange }'), 'agent']]);
});

test('the store forgets what was not asked for longest, takes nothing too long, and keeps what the operator knows', () => {
  const documents = new PersistedDocuments({ known: new Map([['of-the-shop', '{ known }']]), maxBytes: 100 });
  const register = (text: string) =>
    documents.resolve(text, { persistedQuery: { version: 1, sha256Hash: sha256Of(text) } });

  for (let i = 0; i <= 1_000; i += 1) register(`{ number${i} }`);
  register(`{ ${'long '.repeat(30)} }`);

  expect(documents.find(sha256Of('{ number0 }'))).toBeUndefined();
  expect(documents.find(sha256Of('{ number1 }'))).toBe('{ number1 }');
  expect(documents.find(sha256Of(`{ ${'long '.repeat(30)} }`))).toBeUndefined();
  expect(documents.find('of-the-shop')).toBe('{ known }');
});

test.each([[[]], ['text'], [{ persistedQuery: 'text' }], [{ persistedQuery: { version: 1, sha256Hash: {} } }]])(
  'extensions that are none of the protocol are refused: %j',
  (extensions) => {
    const documents = new PersistedDocuments({ maxBytes: 100 });
    expect(() => documents.resolve('{ a }', extensions)).toThrow('BAD_REQUEST');
  },
);
