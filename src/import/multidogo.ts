import { basename, dirname, resolve } from 'node:path';

import { ensureInbox } from '../services/conversations/ensure-inbox.ts';
import { receiveMessages } from '../services/intake/receive-messages.ts';
import { derivedMoment, secondsAfter } from './derived-clock.ts';
import { phase, type Complain, type ImportSource, type Item, type Phase } from './import-source.ts';
import { isDamaged, readText, type SourceFile } from './read-text.ts';
import { readRows, type Row } from './read-rows.ts';
import { sourceFiles } from './source-files.ts';

const COLUMNS = ['conversationId', 'turnNumber', 'utterance'] as const;
/** The year in which the set came out; it has no clocks of its own. */
const CLOCK = { from: '2019-01-01T00:00:00.000Z', days: 365 };

interface Turn extends Item {
  /** The id of the conversation. */
  readonly group: string;
  readonly domain: string;
  readonly turn: number;
  readonly text: string;
}
interface Domain extends Item {
  readonly domain: string;
}

/** Customer turns of MultiDoGO: each conversation of each domain and split becomes one conversation, its turns its messages. */
export const multidogo: ImportSource = {
  name: 'multidogo',
  summary: 'conversations of six domains: <domain>/<split>.tsv or .tsv.gz, a folder of them or one file',
  folder: 'multidogo',
  async read(path, complain) {
    const files = await sourceFiles(resolve(path), /\.tsv(\.gz)?$/);
    const turns: Turn[] = [];
    for (const file of files) for (const turn of await readTurns(file, complain)) turns.push(turn);
    return turns.length === 0 ? [] : [inboxes(turns), messages(turns)];
  },
};

const inboxName = (domain: string) => `multidogo-${domain}`;

function inboxes(turns: readonly Turn[]): Phase {
  const domains = new Map(turns.map(({ domain, place }) => [domain, place]));
  return phase<Domain>({
    unit: 'inboxes',
    told: [],
    items: [...domains].map(([domain, place]) => ({ domain, place, group: domain })),
    batch: 100,
    async store(tx, items) {
      for (const { domain } of items)
        await ensureInbox(tx, {
          externalId: inboxName(domain),
          channel: 'live_chat',
          name: `MultiDoGO ${domain}`,
          brand: domain,
        });
    },
  });
}

function messages(turns: readonly Turn[]): Phase {
  return phase<Turn>({
    unit: 'messages',
    told: ['message.received'],
    items: turns,
    batch: 400,
    async store(tx, items) {
      await receiveMessages(
        tx,
        items.map(({ group, domain, turn, text }) => ({
          inbox: inboxName(domain),
          sender: { kind: 'visitor_id', value: group },
          externalId: `${group}/${turn}`,
          threadId: group,
          text,
          occurredAt: secondsAfter(derivedMoment(group, CLOCK), turn),
        })),
      );
    },
  });
}

async function readTurns(file: SourceFile, complain: Complain): Promise<Turn[]> {
  const text = await readText(file, complain);
  if (text === null) return [];
  const at = (line: number) => ({ file: file.name, line });
  const rows = readRows(text, (line) =>
    complain(at(line), 'A quoted field is not closed, or something follows its closing quote; the line is left out.'),
  );
  const header = rows.next();
  const names = header.done ? [] : header.value.fields;
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    complain(at(1), `The first row names no column ${missing.join(', ')}; the file is left out.`);
    return [];
  }
  const domain = basename(dirname(file.path));
  const turns: Turn[] = [];
  for (const row of rows) {
    const turn = readTurn(row, names, (sentence) => complain(at(row.line), sentence));
    if (turn) turns.push({ ...turn, place: at(row.line), domain });
  }
  return inTurnOrder(turns);
}

function readTurn(row: Row, names: readonly string[], complain: (sentence: string) => void) {
  if (row.fields.length !== names.length) {
    complain(`The row has ${row.fields.length} fields instead of ${names.length}; it is left out.`);
    return null;
  }
  const [group, number, text] = COLUMNS.map((name) => row.fields[names.indexOf(name)]!) as [string, string, string];
  const wrong = wrongTurn(group, number, text);
  if (wrong === null) return { group, turn: Number.parseInt(number, 10), text };
  complain(`${wrong}; the turn is left out.`);
  return null;
}

function wrongTurn(group: string, number: string, text: string): string | null {
  if (group.trim() === '') return 'The conversation has no id';
  // Some domains write turns as 0.0, 2.0 …
  if (!/^\d{1,6}(\.0)?$/.test(number)) return 'The turn number is no whole number';
  if (text.trim() === '') return 'The turn has no text';
  return isDamaged(text) ? 'The text is no UTF-8' : null;
}

/** Conversations in the order of their first row, the turns of each by number. */
const inTurnOrder = (turns: readonly Turn[]): Turn[] =>
  [...Map.groupBy(turns, ({ group }) => group).values()].flatMap((conversation) =>
    conversation.toSorted((a, b) => a.turn - b.turn),
  );
