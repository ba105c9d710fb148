import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { Fields } from '../connectors/fields.ts';
import { readFact } from '../connectors/read-fact.ts';
import { receiveFacts } from '../services/intake/receive-facts.ts';
import type { SourceFact } from '../services/intake/source-fact.ts';
import { checkText } from '../values/check-text.ts';
import { Refusal } from '../values/refusal.ts';
import { phase, type Complain, type ImportSource, type Item, Unreadable } from './import-source.ts';
import { jsonLines } from './read-json-records.ts';
import { isDamaged, type SourceFile } from './read-text.ts';

/** The source of a fact that names none. */
const NAMELESS = 'import';

interface FactItem extends Item {
  readonly source: string;
  readonly facts: readonly SourceFact[];
}

/** Facts in the generic form, one a line: what a shop, carrier or till would tell by webhook. */
export const facts: ImportSource = {
  name: 'facts',
  summary: 'facts of any shop, carrier or till, one JSON object a line (docs/connectors.md)',
  folder: null,
  async read(path, complain) {
    const full = resolve(path);
    if (!(await stat(full)).isFile()) throw new Unreadable(`${full} is no file. Name one file of facts.`);
    const file = { path: full, name: basename(full) };
    let total = 0;
    for await (const _ of jsonLines(file, () => undefined)) total += 1;
    return [
      phase<FactItem>({
        unit: 'facts',
        told: ['order.recorded', 'product.recorded', 'location.recorded', 'stock.changed'],
        total,
        batch: 200,
        items: () => itemsOf(file, complain),
        async store(tx, items) {
          const bySource = Map.groupBy(items, ({ source }) => source);
          for (const [source, told] of bySource)
            await receiveFacts(
              tx,
              source,
              told.flatMap((item) => item.facts),
            );
        },
      }),
    ];
  },
};

async function* itemsOf(file: SourceFile, complain: Complain): AsyncGenerator<FactItem> {
  for await (const { line, value, text } of jsonLines(file, complain)) {
    const place = { file: file.name, line };
    try {
      if (isDamaged(text)) throw new Refusal('INVALID_INPUT', 'The line is not UTF-8.');
      const fields = new Fields(value, []);
      const source = checkText(fields.optionalText('source') ?? NAMELESS, ['source'], 100);
      yield { place, group: `${line}`, source, facts: readFact(fields) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const field = error.field?.length ? `${error.field.join('.')}: ` : '';
      complain(place, `${field}${error.message} The line is left out.`);
    }
  }
}
