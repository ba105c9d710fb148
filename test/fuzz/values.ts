import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLInputType,
} from 'graphql';

import type { Dice } from '../support/dice.ts';
import type { Harvest } from './harvest.ts';

/** A value as it stands in variables and as it is written in a document. */
export interface Sample {
  readonly json: unknown;
  readonly text: string;
}

const HOSTILE_TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\t\n',
    '.',
    '-',
    '%',
    '_',
    '%%%',
    '\\',
    "'",
    '"',
    '`',
    "' or 1=1 --",
    '$1',
    ':',
    '*',
    '&',
    '|',
    '!',
    '<->',
  ],
  ...[
    'a & b | !c:*',
    'foo:*A',
    '((((((((((((((((((((',
    '[[[[',
    '(a+)+$',
    '\\1',
    '{}',
    '[]',
    'null',
    'true',
    'NaN',
    '-0',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff x',
    'a\ud83d',
    '\ufeff',
    '\u202eabc',
    '\u200b',
    'é',
    'e\u0301',
    'ﬃ',
    'ß',
    'İ',
    'ǅ',
  ],
  ...['👩‍👩‍👧‍👦', '𝒳'.repeat(50), '\uffff', 'שלום', 'ﷺ'.repeat(30), '〇', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘'],
  ...[
    'x'.repeat(200),
    'x'.repeat(201),
    'x'.repeat(2_001),
    'word '.repeat(2_000),
    'ä'.repeat(10_001),
    '\n'.repeat(500),
    '9'.repeat(400),
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'cus_',
    'cus_00000000000000000000000000',
    'ord_zzzzzzzzzzzzzzzzzzzzzzzzzz',
    'key_x',
  ],
  ...[
    '1|0|x',
    Buffer.from('1|0|cus_x').toString('base64url'),
    Buffer.from('1|99999999999999|x').toString('base64url'),
    'AAAA',
  ],
  ...[
    'http://127.0.0.1/',
    'https://[::1]:22/',
    'javascript:alert(1)',
    'https://x',
    'file:///etc/passwd',
    '//x',
    'https://a@b@c',
  ],
  ...[
    '+358401234567',
    '+1',
    '00',
    'a@b',
    'a@b.c',
    '"a b"@c.d',
    'x@'.repeat(100),
    'EUR',
    'eur',
    'fi',
    'xx-XX',
    'FI',
    'Europe/Helsinki',
  ],
  ...[
    'email:a@example.com',
    'agent:x',
    'viewer:key_x',
    'customer:',
    '2026-13-45',
    '1e999',
    '0x10',
    '１２３',
    '\u2028',
    '\r\nset-cookie: a=b',
  ],
];
const PLAIN_TEXTS = [
  'mail',
  'sms',
  'LAMP',
  'turku',
  'crm',
  'till',
  'fi',
  'en',
  'lamp',
  'Where is it?',
  'care',
  'red',
  'size',
  'FI',
  'shop',
];
const INTEGERS = [0, 1, 2, 3, 5, 20, 100, -1, 101, 2_147_483_647, -2_147_483_648, 2_147_483_648, 1.5];
const LARGE_INTEGERS = [
  0, 1, 100, 1_990, -1, 9_007_199_254_740_991, -9_007_199_254_740_991, 9_007_199_254_740_992, 0.1,
];
const FLOATS = [0, 1, 0.5, -1, 1e308, -1e308, 5e-324, 1e-7, 90, 180.5, -0];
const TIMES: readonly string[] = [
  ...[
    '0001-01-01T00:00:00.000Z',
    '0000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '+010000-01-01T00:00:00.000Z',
  ],
  ...[
    '275760-09-13T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-12-31T23:59:60Z',
    '2026-11-22T00:00:00+14:00',
    '1900-01-01T00:00:00Z',
  ],
  ...[
    '2026-11-22',
    '2026-11-22T00:00:00',
    'now',
    'infinity',
    '-infinity',
    '',
    '4713-01-01T00:00:00Z',
    '2026-11-22T10:00:00.123456789Z',
    '2100-01-01T00:00:00Z',
  ],
];

/** Makes values of input types: mostly right ones, often at the edge, sometimes of another kind altogether. */
export class Values {
  readonly #chance: Dice;
  readonly #harvest: Harvest;

  constructor(chance: Dice, harvest: Harvest) {
    this.#chance = chance;
    this.#harvest = harvest;
  }

  /** A value for an argument or input field of this name. `depth`: how many objects may still stand in each other. */
  of(type: GraphQLInputType, name: string, depth = 4): Sample {
    const chance = this.#chance;
    if (chance.roll(60) === 0) return ofJson(chance.pick([null, 0, '', [], {}, [[]], true, -1, 'x']));
    if (!isNonNullType(type) && chance.roll(12) === 0) return ofJson(null);
    const inner = getNullableType(type);
    if (isListType(inner)) return this.#list(inner.ofType as GraphQLInputType, name, depth);
    if (isEnumType(inner)) return this.#enum(inner.getValues().map((each) => each.name));
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields()).filter(
        (field) => isRequiredInputField(field) || (depth > 0 && chance.roll(4) === 0),
      );
      return ofFields(fields.map((field) => [field.name, this.of(field.type, field.name, depth - 1)]));
    }
    return this.#scalar(inner.name, name);
  }

  #list(type: GraphQLInputType, name: string, depth: number): Sample {
    const chance = this.#chance;
    const length = chance.roll(40) === 0 ? 120 : chance.roll(4);
    const one = this.of(type, name, depth - 1);
    const items = Array.from({ length }, (_, i) => (i % 2 === 0 || length > 10 ? one : this.of(type, name, depth - 1)));
    return { json: items.map(({ json }) => json), text: `[${items.map(({ text }) => text).join(', ')}]` };
  }

  #enum(names: readonly string[]): Sample {
    const name = this.#chance.roll(30) === 0 ? 'NOTHING' : this.#chance.pick(names);
    return { json: name, text: name };
  }

  #scalar(type: string, name: string): Sample {
    const chance = this.#chance;
    switch (type) {
      case 'ID':
        return ofJson(chance.roll(6) === 0 ? chance.pick(HOSTILE_TEXTS) : (this.#harvest.id(chance) ?? 'cus_x'));
      case 'Int':
        return ofJson(name === 'first' && chance.roll(8) > 0 ? 1 + chance.roll(4) : chance.pick(INTEGERS));
      case 'SafeInt':
        return ofJson(chance.pick(LARGE_INTEGERS));
      case 'Float':
        return ofJson(chance.pick(FLOATS));
      case 'Boolean':
        return ofJson(chance.roll(2) === 0);
      case 'DateTime':
        return ofJson(
          chance.roll(3) === 0 ? chance.pick(TIMES) : new Date(Date.now() - 5e6 + chance.roll(1e7)).toISOString(),
        );
      case 'Currency':
        return ofJson(chance.roll(8) === 0 ? chance.pick(HOSTILE_TEXTS) : chance.pick(['EUR', 'SEK', 'USD', 'JPY']));
      default:
        return ofJson(this.#text(name));
    }
  }

  #text(name: string): string {
    const chance = this.#chance;
    const way = chance.roll(10);
    if (way < 4) return this.#harvest.text(chance, name) ?? chance.pick(PLAIN_TEXTS);
    return way < 6 ? chance.pick(PLAIN_TEXTS) : chance.pick(HOSTILE_TEXTS);
  }

  /** The same value with a few places changed: another value, null, nothing, one more, one twice. */
  changed(type: GraphQLInputType, value: unknown, name: string): unknown {
    const chance = this.#chance;
    if (chance.roll(9) === 0) return this.of(type, name).json;
    const inner = getNullableType(type);
    if (isListType(inner) && Array.isArray(value)) {
      const items = value.map((item: unknown) => this.changed(inner.ofType as GraphQLInputType, item, name));
      const way = chance.roll(12);
      if (way === 0) return [];
      if (way === 1) return [...items, ...items];
      if (way === 2) return [...items, this.of(inner.ofType as GraphQLInputType, name).json];
      return items;
    }
    if (isInputObjectType(inner) && value !== null && typeof value === 'object') {
      const given = value as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      for (const field of Object.values(inner.getFields())) {
        if (field.name in given) {
          if (chance.roll(25) > 0) result[field.name] = this.changed(field.type, given[field.name], field.name);
        } else if (chance.roll(10) === 0) result[field.name] = this.of(field.type, field.name).json;
      }
      return result;
    }
    return value;
  }
}

export const ofJson = (json: unknown): Sample => ({ json, text: literalOf(json) });

function ofFields(fields: readonly (readonly [string, Sample])[]): Sample {
  return {
    json: Object.fromEntries(fields.map(([name, { json }]) => [name, json])),
    text: `{ ${fields.map(([name, { text }]) => `${name}: ${text}`).join(', ')} }`,
  };
}

function literalOf(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(literalOf).join(', ')}]`;
  if (json !== null && typeof json === 'object')
    return `{ ${Object.entries(json)
      .map(([name, value]) => `${name}: ${literalOf(value)}`)
      .join(', ')} }`;
  return JSON.stringify(json);
}
