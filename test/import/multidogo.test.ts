import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { afterAll, describe, expect, test } from 'vitest';

import type { Sql } from '../../src/database/open-database.ts';
import { multidogo } from '../../src/import/multidogo.ts';
import { aFolder, everything, importInto, killImport, startImport } from '../support/importing.ts';
import { sampleSet } from '../support/sample-set.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

/** The whole set takes minutes on a busy machine: by default the files with the oddest rows and clocks are taken. */
const IS_WHOLE = process.env['PUNOS_TEST_WHOLE_IMPORT'] === '1';
const PART = ['fastfood/dev', 'finance/dev', 'insurance/dev', 'media/dev'];

interface Read {
  file: string;
  domain: string;
  turns: { turn: number; text: string }[];
}

/** Reads separated text character by character, as a second opinion to the import's own reader. */
function secondReading(text: string): string[][] {
  const rows: string[][] = [];
  let [row, field, isQuoted] = [[] as string[], '', false];
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted || (character !== '\t' && character !== '\n')) field += character;
    else {
      row.push(field);
      field = '';
      if (character === '\n') [row] = [[], rows.push(row)];
    }
  }
  return rows;
}

function readSources(folder: string, files: readonly string[]): Map<string, Read> {
  const conversations = new Map<string, Read>();
  for (const file of files) {
    const [, ...rows] = secondReading(gunzipSync(readFileSync(join(folder, `${file}.tsv.gz`))).toString('utf8'));
    for (const [id, number, , text] of rows as [string, string, string, string][]) {
      if (text === '') continue;
      const read = conversations.get(id) ?? { file, domain: dirname(file), turns: [] };
      read.turns.push({ turn: Number(number), text });
      conversations.set(id, read);
    }
  }
  for (const { turns } of conversations.values()) turns.sort((a, b) => a.turn - b.turn);
  return conversations;
}

interface Stored {
  threadKey: string;
  inbox: string;
  channel: string;
  visitor: string;
  texts: string[];
  names: string[];
  seconds: number[];
}

const storedConversations = (sql: Sql) => sql<Stored[]>`
  select c.thread_key, b.external_id as inbox, c.channel, i.value as visitor,
    array_agg(m.text order by m.occurred_at) as texts, array_agg(m.external_id order by m.occurred_at) as names,
    array_agg(extract(epoch from m.occurred_at)::float8 order by m.occurred_at) as seconds
  from conversations c
  join inboxes b on b.id = c.inbox_id
  join identities i on i.customer_id = c.customer_id and i.kind = 'visitor_id'
  join messages m on m.conversation_id = c.id and m.direction = 'inbound' and m.author_kind = 'customer'
  group by 1, 2, 3, 4`;

/** Everything that the sources say stands in the database once, in its order, and nothing else does. */
async function expectAsInSources(sql: Sql, sources: ReadonlyMap<string, Read>): Promise<void> {
  const stored = await storedConversations(sql);
  const perFile = new Map<string, { conversations: number; messages: number }>();
  const expected = new Map<string, { conversations: number; messages: number }>();
  for (const source of sources.values()) add(expected, source);
  for (const { threadKey } of stored) add(perFile, sources.get(threadKey)!);
  expect(perFile).toEqual(expected);
  expect(
    stored.map(({ seconds, ...rest }) => ({ ...rest, gaps: seconds.map((second) => second - seconds[0]!) })),
  ).toEqual(
    stored.map(({ threadKey }) => {
      const { domain, turns } = sources.get(threadKey)!;
      return {
        threadKey,
        inbox: `multidogo-${domain}`,
        channel: 'live_chat',
        visitor: threadKey,
        texts: turns.map(({ text }) => text),
        names: turns.map(({ turn }) => `${threadKey}/${turn}`),
        gaps: turns.map(({ turn }) => turn - turns[0]!.turn),
      };
    }),
  );
  const [told] = await sql`
    select count(*) filter (where type = 'message.received')::int as received, count(*) filter (where type = 'conversation.opened')::int as opened
    from events`;
  const messages = [...sources.values()].reduce((sum, { turns }) => sum + turns.length, 0);
  expect(told).toEqual({ received: messages, opened: sources.size });
}

function add(perFile: Map<string, { conversations: number; messages: number }>, { file, turns }: Read): void {
  const before = perFile.get(file) ?? { conversations: 0, messages: 0 };
  perFile.set(file, { conversations: before.conversations + 1, messages: before.messages + turns.length });
}

const sample = sampleSet('multidogo');

describe.skipIf(!sample)('the MultiDoGO set', { timeout: IS_WHOLE ? 600_000 : 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'punos-multidogo-'));
  const files = IS_WHOLE && sample ? allFiles(sample) : PART;
  if (sample)
    for (const file of files) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      cpSync(join(sample, `${file}.tsv.gz`), join(folder, `${file}.tsv.gz`));
    }
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('equals its source, file by file, and imported again changes nothing', async () => {
    const { database, sql } = await withDatabase();
    const sources = readSources(folder, files);
    const messages = [...sources.values()].reduce((sum, { turns }) => sum + turns.length, 0);

    const domains = new Set(files.map(dirname)).size;
    const first = await importInto(database, multidogo, folder);

    expect(first.counts).toEqual({
      inboxes: `0/${domains}/${domains}`,
      messages: `${messages}/${messages}/${messages}`,
    });
    expect(first.warnings.every((line) => line.endsWith('The turn has no text; the turn is left out.'))).toBe(true);
    expect(first.warnings).toHaveLength(IS_WHOLE ? 67 : 4);
    await expectAsInSources(sql, sources);

    const before = await everything(sql);
    const again = await importInto(database, multidogo, folder);
    expect(again.counts).toEqual({ inboxes: `0/${domains}/${domains}`, messages: `0/${messages}/${messages}` });
    expect(await everything(sql)).toEqual(before);
  });

  test('killed in the middle and started again ends the same', async () => {
    const { sql, applicationUrl } = await withDatabase();
    const sources = readSources(folder, files);
    const total = [...sources.values()].reduce((sum, { turns }) => sum + turns.length, 0);
    const stored = async () => (await sql<{ n: number }[]>`select count(*)::int as n from messages`)[0]!.n;

    const killed = startImport(['multidogo', folder], { DATABASE_URL: applicationUrl });
    await until(stored, (n) => n > 1_000, 60_000);
    await killImport(killed, sql);
    const half = await stored();
    expect(half).toBeLessThan(total);

    const { code, stdout } = await startImport(['multidogo', folder, '--json'], { DATABASE_URL: applicationUrl }).ended;

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      source: 'multidogo',
      complete: true,
      counts: [{ unit: 'inboxes' }, { unit: 'messages', total, done: total, added: total - half, refused: 0 }],
    });
    await expectAsInSources(sql, sources);
  });
});

const allFiles = (folder: string) =>
  readdirSync(folder).flatMap((domain) =>
    ['dev', 'train']
      .filter((split) => existsSync(join(folder, domain, `${split}.tsv.gz`)))
      .map((split) => `${domain}/${split}`),
  );

describe('a small set of our own', async () => {
  const { database, sql } = await withDatabase();
  const HEADER = 'conversationId\tturnNumber\tutteranceId\tutterance\tslot-labels\tintent';
  const row = (id: string, turn: string, text: string) =>
    [id, turn, `<CONV>${id}<TURN>${turn}`, text, 'O', 'x'].join('\t');

  test('bad rows are named with file and line, everything else is stored', async () => {
    const folder = aFolder({
      'shoes/train.tsv': [
        HEADER,
        row('a', '4', '"do you have\n them in 42"'),
        row('a', '0', 'good morning'),
        row('b', '1.0', 'hello'),
        row('b', 'three', 'what?'),
        row('b', '5', ''),
        'only one field',
        row('b', '7', '"open'),
        row('a', '2', 'boots please'),
        row('a', '2', 'other boots'),
        row('', '1', 'who am I'),
        row('b', '9', 'x'.repeat(100_001)),
      ].join('\n'),
      'hats/dev.tsv.gz': gzipSync(`\uFEFF${HEADER}\r\n${row('c', '1', 'ä hat — 帽子 🎩')}\r\n`),
      'hats/latin.tsv': Buffer.from(`${HEADER}\n${row('d', '1', 'h\xe4t')}\n`, 'latin1'),
      'hats/broken.tsv.gz': Buffer.from([0x1f, 0x8b, 8, 0, 1]),
      'hats/other.tsv': 'a\tb\n1\t2\n',
      'hats/readme.md': 'not read',
    });

    const { counts, warnings } = await importInto(database, multidogo, folder);

    expect(counts).toEqual({ inboxes: '0/2/2', messages: '5/7/7' });
    expect(warnings.map((line) => line.replace(/\(unexpected.*\)/, '(…)'))).toEqual([
      'hats/broken.tsv.gz:1: The file cannot be read (…); it is left out.',
      'hats/latin.tsv:2: The text is no UTF-8; the turn is left out.',
      'hats/other.tsv:1: The first row names no column conversationId, turnNumber, utterance; the file is left out.',
      'shoes/train.tsv:6: The turn number is no whole number; the turn is left out.',
      'shoes/train.tsv:7: The turn has no text; the turn is left out.',
      'shoes/train.tsv:8: The row has 1 fields instead of 6; it is left out.',
      'shoes/train.tsv:9: A quoted field is not closed, or something follows its closing quote; the line is left out.',
      'shoes/train.tsv:12: The conversation has no id; the turn is left out.',
      expect.stringMatching(/^shoes\/train\.tsv:11: Refused \(EXTERNAL_ID_REUSED\): /),
      'shoes/train.tsv:13: Refused (INVALID_INPUT): `text` may have 100000 characters at most; shorten it.',
    ]);
    const stored = await storedConversations(sql);
    expect(stored.map(({ threadKey, inbox, texts, names }) => ({ threadKey, inbox, texts, names }))).toEqual([
      {
        threadKey: 'a',
        inbox: 'multidogo-shoes',
        texts: ['good morning', 'boots please', 'do you have\n them in 42'],
        names: ['a/0', 'a/2', 'a/4'],
      },
      { threadKey: 'b', inbox: 'multidogo-shoes', texts: ['hello'], names: ['b/1'] },
      { threadKey: 'c', inbox: 'multidogo-hats', texts: ['ä hat — 帽子 🎩'], names: ['c/1'] },
    ]);

    const before = await everything(sql);
    await importInto(database, multidogo, folder);
    expect(await everything(sql)).toEqual(before);
  });
});
