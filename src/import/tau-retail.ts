import { resolve } from 'node:path';

import type { Complain, ImportSource, Item, Phase } from './import-source.ts';
import { readEntries, type Entry } from './read-entries.ts';
import { readText, type SourceFile } from './read-text.ts';
import { Misshapen } from './shapes.ts';
import { sourceFiles } from './source-files.ts';
import { locations, products, readGoods } from './tau-retail-catalogue.ts';
import { dialogues, readDialogue } from './tau-retail-dialogues.ts';
import { orders, readOrder } from './tau-retail-orders.ts';
import { people, readPerson } from './tau-retail-people.ts';

const KINDS = ['users', 'products', 'orders', 'few_shot_dialogues'] as const;
const FILE = /^(users|products|orders|few_shot_dialogues)\.jsonl?(\.gz)?$/;

/** The shop of tau-bench: customers, products with stock, orders, and dialogues with its bot. */
export const tauRetail: ImportSource = {
  name: 'tau-retail',
  summary:
    'a shop: users, products and orders (.json) and few_shot_dialogues (.jsonl), plain or .gz, a folder or one file',
  folder: 'tau_retail',
  async read(path, complain) {
    const files = (await sourceFiles(resolve(path), FILE)).filter(({ name }) => FILE.test(last(name)));
    const of = (kind: (typeof KINDS)[number]) => files.filter(({ name }) => last(name).startsWith(`${kind}.`));
    for (const kind of files.length > 1 ? KINDS : [])
      if (of(kind).length === 0) complain({ file: kind, line: 1 }, 'There is no such file; the others are imported.');
    const goods = await readAll(of('products'), complain, ({ name, value }) => readGoods(name, value));
    const phases: Phase[] = [
      people(await readAll(of('users'), complain, ({ name, value }) => readPerson(name, value))),
      ...goods.slice(0, 1).map(({ place }) => locations(place)),
      products(goods),
      orders(await readAll(of('orders'), complain, ({ name, value }) => readOrder(name, value))),
      dialogues(await readAll(of('few_shot_dialogues'), complain, ({ value }) => readDialogue(value))),
    ];
    return phases.filter(({ items }) => items.length > 0);
  },
};

const last = (name: string) => name.split(/[\\/]/).at(-1)!;

/** Everything in files of one kind; what is misshapen is complained of and left out. */
async function readAll<T>(
  files: readonly SourceFile[],
  complain: Complain,
  read: (entry: Entry) => T,
): Promise<(Item & { value: T })[]> {
  const items: (Item & { value: T })[] = [];
  for (const file of files) {
    const text = await readText(file, complain);
    const at = (line: number) => ({ file: file.name, line });
    const broken = (line: number) => complain(at(line), 'This is no JSON; it is left out.');
    const entries =
      text === null ? [] : /\.jsonl/.test(file.name) ? readLines(text, broken) : readEntries(text, broken);
    for (const entry of entries) {
      const place = at(entry.line);
      try {
        items.push({ place, group: `${file.name}:${entry.line}`, value: read(entry) });
      } catch (error) {
        if (!(error instanceof Misshapen)) throw error;
        complain(place, `${error.message}; it is left out.`);
      }
    }
  }
  return items;
}

/** A JSON value on each line. */
function readLines(text: string, onBroken: (line: number) => void): Entry[] {
  return text.split('\n').flatMap((row, i) => {
    if (row.trim() === '') return [];
    try {
      return [{ line: i + 1, name: String(i + 1), value: JSON.parse(row) as unknown }];
    } catch {
      onBroken(i + 1);
      return [];
    }
  });
}
