import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  weighIdentities,
  type KnownIdentity,
  type PersonPair,
  type WeighedIdentity,
} from '../../../../src/services/customers/resolving/weigh-identities.ts';
import type { CustomerId } from '../../../../src/values/ids.ts';
import { DEFAULT_IDENTITY_RULES } from '../../../../src/values/identity-rules.ts';
import type { IdentityKind } from '../../../../src/values/vocabulary.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const DAY = 86_400_000;

/** `email:e1`, `loyalty_id:l1!` (vouched for), `phone:p1@400` (last seen 400 days ago). */
function known(text: string): KnownIdentity {
  const [, kind, value, mark, days] = /^(\w+):([\w-]+)(!?)(?:@(\d+))?$/.exec(text)!;
  return {
    ...{ kind: kind as IdentityKind, matchKey: value!, namespace: '', verified: mark === '!' },
    lastSeenAtMs: NOW - Number(days ?? 1) * DAY,
  };
}

const person = (name: string, ...has: string[]) => ({ id: name as CustomerId, known: has.map(known) });
type Person = ReturnType<typeof person>;

/** An event that names these identifiers, where these persons are known. */
function weigh(
  named: readonly string[],
  persons: readonly Person[] = [],
  othersCame: Record<string, number> = {},
  apart: readonly PersonPair[] = [],
) {
  const told = named.map((text): WeighedIdentity => {
    const { kind, matchKey, namespace, verified } = known(text);
    const owner = persons.find((each) => each.known.some((one) => one.kind === kind && one.matchKey === matchKey));
    const its = owner?.known.find((one) => one.kind === kind && one.matchKey === matchKey);
    return {
      ...{ kind, matchKey, namespace, verified, othersCame: othersCame[text] ?? 0 },
      owner: owner ? { personId: owner.id, lastSeenAtMs: its!.lastSeenAtMs, known: owner.known } : null,
    };
  });
  const {
    persons: whose,
    fresh,
    recycled,
    dropped,
  } = weighIdentities(DEFAULT_IDENTITY_RULES, told, { nowMs: NOW, apart });
  const at = (places: readonly number[]) => places.map((place) => named[place]);
  return {
    persons: [...whose],
    fresh: at(fresh).sort(),
    recycled: at(recycled),
    dropped: dropped.map(({ place, reason }) => `${named[place]} ${reason}`),
  };
}

test('nobody known: everything is a new person’s', () => {
  expect(weigh(['phone:p1', 'email:e1'])).toEqual({
    ...{ persons: [], recycled: [], dropped: [] },
    fresh: ['email:e1', 'phone:p1'],
  });
});

test('two different strong ids never meet over a shared weak one', () => {
  const first = person('one', 'loyalty_id:l1', 'email:e1');

  expect(weigh(['loyalty_id:l2', 'email:e1'], [first])).toMatchObject({
    ...{ persons: [], fresh: ['loyalty_id:l2'], dropped: ['email:e1 conflict'] },
  });
  const second = person('two', 'loyalty_id:l2', 'phone:p2');
  expect(weigh(['email:e1!', 'phone:p2!'], [first, second])).toMatchObject({
    persons: ['one'],
    dropped: ['phone:p2! conflict'],
  });
});

test('only what contradicts is dropped, whatever stands before or after it', () => {
  const [first, second] = [person('one', 'loyalty_id:l1', 'email:e1'), person('two', 'loyalty_id:l2', 'phone:p2')];

  for (const named of [
    ['loyalty_id:l2', 'email:e1', 'phone:p2', 'visitor_id:v'],
    ['visitor_id:v', 'phone:p2', 'email:e1', 'loyalty_id:l2'],
  ])
    expect(weigh(named, [first, second])).toEqual({
      ...{ persons: ['two'], fresh: ['visitor_id:v'], recycled: [], dropped: ['email:e1 conflict'] },
    });
});

test('persons of whom only addresses are known are joined on the word of the source; others ask for proof', () => {
  const [mail, phone] = [person('mail', 'email:e1'), person('phone', 'phone:p1')];
  const known = person('known', 'phone:p1', 'loyalty_id:l1');
  const vouched = person('vouched', 'phone:p1!');

  expect(weigh(['email:e1', 'phone:p1'], [mail, phone])).toMatchObject({ persons: ['mail', 'phone'], dropped: [] });
  for (const guarded of [known, vouched]) {
    expect(weigh(['email:e1', 'phone:p1'], [mail, guarded])).toMatchObject({
      ...{ persons: ['mail'], dropped: ['phone:p1 unproved'] },
    });
    expect(weigh(['email:e1', 'phone:p1!'], [mail, guarded])).toMatchObject({
      persons: [guarded.id, 'mail'],
      dropped: [],
    });
  }
  expect(weigh(['email:e1', 'loyalty_id:l1'], [mail, known])).toMatchObject({ persons: ['known', 'mail'] });
});

test('whom staff parted no event joins again', () => {
  const [mail, phone] = [person('mail', 'email:e1!'), person('phone', 'phone:p1!')];

  expect(weigh(['email:e1!', 'phone:p1!'], [mail, phone], {}, [[phone.id, mail.id]])).toMatchObject({
    ...{ persons: ['mail'], dropped: ['phone:p1! conflict'] },
  });
});

test('two e-mail addresses of one event are one person’s; those of two persons join nobody unless they are vouched for', () => {
  const [one, two] = [person('one', 'email:e1'), person('two', 'email:e2')];

  expect(weigh(['email:e1', 'email:e3'], [one])).toMatchObject({ persons: ['one'], fresh: ['email:e3'] });
  expect(weigh(['email:e3', 'email:e1'], [one])).toMatchObject({ persons: ['one'], fresh: ['email:e3'] });
  expect(weigh(['email:e1', 'email:e2'], [one, two])).toMatchObject({
    persons: ['one'],
    dropped: ['email:e2 conflict'],
  });
  expect(weigh(['email:e1!', 'email:e2!'], [one, two])).toMatchObject({ persons: ['one', 'two'], dropped: [] });
});

test('a person has as many values of a kind as the rules allow within their time', () => {
  const many = Array.from({ length: 10 }, (_, i) => `email:e${i}`);

  expect(weigh(['email:e0', 'email:new'], [person('full', ...many)])).toMatchObject({ dropped: ['email:new limit'] });
  expect(weigh(['email:e0', 'email:new'], [person('aged', ...many.slice(1), 'email:e0@400')])).toMatchObject({
    ...{ persons: ['aged'], fresh: ['email:new'] },
  });
});

test('a value that many came with tells nobody apart, not even its owner', () => {
  const owner = person('owner', 'visitor_id:kiosk', 'email:e1');

  expect(weigh(['visitor_id:kiosk'], [owner], { 'visitor_id:kiosk': 3 })).toMatchObject({
    ...{ persons: [], fresh: [], dropped: ['visitor_id:kiosk shared'] },
  });
  expect(weigh(['visitor_id:kiosk'], [owner], { 'visitor_id:kiosk': 2 })).toMatchObject({ persons: ['owner'] });
});

const KINDS = ['loyalty_id', 'email', 'phone', 'social_handle', 'visitor_id'] as const;
const anIdentity = fc
  .tuple(fc.constantFrom(...KINDS), fc.integer({ min: 1, max: 4 }), fc.boolean())
  .map(([kind, n, verified]) => `${kind}:${kind[0]}${n}${verified ? '!' : ''}`);
const bare = (text: string) => text.replace('!', '');
const anEvent = fc.uniqueArray(anIdentity, { minLength: 1, maxLength: 5, selector: bare });

test('whatever was told, nobody ends with two loyalty ids; the order of a list of different kinds changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anEvent, { maxLength: 12 }), (events) => {
      let persons: Person[] = [];
      for (const [n, event] of events.entries()) {
        const answer = weigh(event, persons);
        if (new Set(event.map((one) => known(one).kind)).size === event.length) {
          const turned = weigh(event.toReversed(), persons);
          expect(turned.persons).toEqual(answer.persons);
          expect(turned.dropped.toSorted()).toEqual(answer.dropped.toSorted());
        }
        const joined = persons.filter(({ id }) => answer.persons.includes(id));
        const has = [
          ...joined.flatMap((each) => each.known),
          ...[...answer.fresh, ...answer.recycled].map((one) => known(one!)),
        ];
        if (has.length > 0)
          persons = [...persons.filter((each) => !joined.includes(each)), { id: `p${n}` as CustomerId, known: has }];
        for (const each of persons)
          expect(each.known.filter(({ kind }) => kind === 'loyalty_id').length).toBeLessThanOrEqual(1);
        const owned = persons.flatMap((each) => each.known.map(({ kind, matchKey }) => `${kind}:${matchKey}`));
        expect(new Set(owned).size).toBe(owned.length);
      }
    }),
    { numRuns: 300 },
  );
});
