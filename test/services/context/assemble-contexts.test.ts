import { expect, test } from 'vitest';

import { seedStatements } from '../../../bench/seed/statements.ts';
import { customerIdOf } from '../../../bench/seed/customer-id.ts';
import { singleConnection } from '../../../src/database/single-connection.ts';
import { assembleContext, assembleContexts, parseContext } from '../../../src/services/context/assemble-context.ts';
import { sectionsReadFor, statementForMany, statementForOne } from '../../../src/services/context/context-statement.ts';
import { setConsentRules } from '../../../src/services/privacy/set-consent-rules.ts';
import { CONTEXT_SECTIONS, type ContextSection } from '../../../src/values/context-packet.ts';
import { countStatements } from '../../support/count-statements.ts';
import { dice } from '../../support/dice.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const CUSTOMERS = 300;

const { database, sql, superuserUrl } = await withDatabase();
const scope = aScope(database);
const superuser = singleConnection(superuserUrl);
await superuser`set session_replication_role = replica`;
for (const [, statement] of seedStatements(CUSTOMERS)) await superuser.unsafe(statement);
await superuser.end();
// Persons of two and of three.
for (const [member, person] of [
  [1, 0],
  [5, 4],
  [6, 4],
])
  await sql`
    insert into person_links (member_id, person_id, linked_at) values (${customerIdOf(member!)}, ${customerIdOf(person!)}, now())`;

const { roll } = dice(20);
const somebody = () => customerIdOf(roll(CUSTOMERS));
const everySubset = Array.from({ length: 2 ** CONTEXT_SECTIONS.length }, (_, bits) =>
  CONTEXT_SECTIONS.filter((_, i) => bits & (1 << i)),
);

test('every choice of sections is the full answer cut down to what is read together', async () => {
  for (const asked of everySubset.filter((_, i) => i % 7 === 0 || i === everySubset.length - 1)) {
    const customerId = somebody();
    const { asOf, ...full } = (await assembleContext(scope, customerId))!;

    const part = await assembleContext(scope, customerId, asked);

    const read = sectionsReadFor(asked);
    const cut = <T extends object>(from: T) =>
      Object.fromEntries(
        Object.entries(from).filter(
          ([name]) => !CONTEXT_SECTIONS.includes(name as ContextSection) || read.includes(name as ContextSection),
        ),
      );
    expect(part).toEqual({ ...cut(full), asOf: cut(asOf) });
    expect(asked.every((section) => section in part!)).toBe(true);
  }
});

test('many at once are each as if asked alone, in the order asked, and null where there is nobody', async () => {
  for (const asked of [CONTEXT_SECTIONS, ...everySubset.filter(() => roll(60) === 0)]) {
    const ids = Array.from({ length: 20 }, () => (roll(15) === 0 ? 'cus_nobody' : somebody()));

    const { texts: together } = await assembleContexts(scope, ids, asked);

    const alone = await Promise.all(ids.map(async (id) => (await assembleContexts(scope, [id], asked)).texts[0]));
    expect(together).toEqual(alone);
    expect(together.map((text) => text === null)).toEqual(ids.map((id) => id === 'cus_nobody'));
  }
});

test('a person is the same by any of their ids', async () => {
  const [whole, ...others] = (await assembleContexts(scope, [4, 5, 6].map(customerIdOf))).texts;

  expect(others).toEqual([whole, whole]);
});

test('there are few statements: they stay prepared for good', () => {
  const texts = everySubset.flatMap((sections) =>
    [true, false].flatMap((isRuled) => [
      statementForOne({ sections, isRuled }),
      statementForMany({ sections, isRuled }),
    ]),
  );

  expect(new Set(texts).size).toBe(128);
});

test('how conversations are served is read for documents that show it, and for no others', () => {
  const others = CONTEXT_SECTIONS.filter((section) => section !== 'service');

  expect(statementForOne({ sections: CONTEXT_SECTIONS, isRuled: false })).toMatch(
    /service_clocks|conversation_signals|conversation_participants/,
  );
  expect(statementForOne({ sections: others, isRuled: false })).not.toMatch(
    /service_clocks|conversation_signals|conversation_participants/,
  );
});

test('a process that knew of no consent rules obeys the first one with its next read, and from then on by one statement', async () => {
  const anotherProcess = () => {
    const { database: counted, count } = countStatements({ ...database, committed: new Set() });
    return { scope: { ...scope, db: counted }, count };
  };
  const [alone, many] = [anotherProcess(), anotherProcess()];
  const id = customerIdOf(0);
  const awaited = async () => [
    (await assembleContext(alone.scope, id, ['profile']))!.notAgreedTo,
    ...(await assembleContexts(many.scope, ['cus_nobody', id], ['profile'])).texts.map(
      (texts) => texts && parseContext(texts).notAgreedTo,
    ),
  ];
  expect(await awaited()).toEqual([[], null, []]);
  expect([alone.count(), many.count()]).toEqual([1, 1]);

  await setConsentRules(scope, { rules: [{ purpose: 'profiling', model: 'opt_in' }] });
  expect(await awaited()).toEqual([['profiling'], null, ['profiling']]);
  expect([alone.count(), many.count()]).toEqual([3, 3]);
  expect(await awaited()).toEqual([['profiling'], null, ['profiling']]);
  expect([alone.count(), many.count()]).toEqual([4, 4]);

  await setConsentRules(scope, { rules: [] });
  expect(await awaited()).toEqual([[], null, []]);
});
