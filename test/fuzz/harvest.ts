import type { Dice } from '../support/dice.ts';

const MOST_PER_NAME = 100;
const ID = /^[a-z]{2,6}_[0-9A-Za-z]{10,40}$/;

/** What answers said, to be said back in other places: ids, cursors, numbers, names. So that random documents hit what is there. */
export class Harvest {
  readonly #ids = new Map<string, string[]>();
  readonly #texts = new Map<string, string[]>();

  /** Keeps the texts of an answer under the names of their fields. */
  learn(answer: unknown, name = ''): void {
    if (typeof answer === 'string') this.#keep(name, answer);
    else if (Array.isArray(answer)) for (const each of answer) this.learn(each, name);
    else if (answer !== null && typeof answer === 'object')
      for (const [key, each] of Object.entries(answer)) this.learn(each, key);
  }

  /** An id of anything. Null: none is known yet. */
  id(chance: Dice): string | null {
    const prefixes = [...this.#ids.keys()];
    return prefixes.length > 0 ? chance.pick(this.#ids.get(chance.pick(prefixes))!) : null;
  }

  /** A text that some answer had under this name, or where names differ, under one that means the same. */
  text(chance: Dice, name: string): string | null {
    const known = this.#texts.get(name) ?? this.#texts.get(SAME[name] ?? '');
    return known ? chance.pick(known) : null;
  }

  #keep(name: string, text: string): void {
    if (text.length > 2_000) return;
    if (ID.test(text)) add(this.#ids, text.slice(0, text.indexOf('_')), text);
    add(this.#texts, name, text);
  }
}

/** Arguments that take what answers call otherwise. */
const SAME: Readonly<Record<string, string>> = {
  after: 'endCursor',
  inbox: 'externalId',
  location: 'externalId',
  number: 'orderNumber',
  text: 'title',
  query: 'displayName',
};

function add(pool: Map<string, string[]>, name: string, text: string): void {
  const known = pool.get(name) ?? [];
  if (known.length < MOST_PER_NAME) known.push(text);
  // The oldest go; which one does not matter.
  else known[text.length % MOST_PER_NAME] = text;
  pool.set(name, known);
}
