import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isRequiredArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import { documentOfMutation } from '../support/a-full-shop.ts';
import type { Dice } from '../support/dice.ts';
import type { Values } from './values.ts';

export type Kind = 'query' | 'mutation' | 'subscription';

/** What one stranger sends. */
export interface FuzzDocument {
  readonly kind: Kind;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  /** True when it was valid before something in it was broken. */
  readonly isSpoiled: boolean;
}

type Variables = Record<string, unknown>;
/** Variables with which a mutation succeeds. Null: the shop is not in a state for it. */
export type Act = (mutation: string) => Promise<Variables | null>;

const DEEPEST = 6;

/** Makes documents from the grammar and from our own schema. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #chance: Dice;
  readonly #values: Values;
  readonly #act: Act;
  readonly #mutations: readonly string[];

  constructor(schema: GraphQLSchema, chance: Dice, given: { values: Values; act: Act }) {
    this.#schema = schema;
    this.#chance = chance;
    this.#values = given.values;
    this.#act = given.act;
    this.#mutations = Object.keys(schema.getMutationType()!.getFields());
  }

  async next(): Promise<FuzzDocument> {
    const chance = this.#chance;
    const way = chance.roll(20);
    const made =
      way < 10
        ? this.#written('query')
        : way < 13
          ? this.#written('subscription')
          : way < 15
            ? this.#written('mutation')
            : await this.#acted();
    return chance.roll(5) === 0 ? { ...made, query: this.#spoiled(made.query), isSpoiled: true } : made;
  }

  /** A mutation as somebody meant it, with a few of its values changed. */
  async #acted(): Promise<FuzzDocument> {
    const mutation = this.#chance.pick(this.#mutations);
    const given = await this.#act(mutation);
    if (!given) return this.#written('mutation');
    const variables: Variables = {};
    for (const { name, type } of this.#schema.getMutationType()!.getFields()[mutation]!.args)
      if (name in given) variables[name] = this.#values.changed(type, given[name], name);
      else if (this.#chance.roll(5) === 0) variables[name] = this.#values.of(type, name).json;
    return {
      kind: 'mutation',
      query: documentOfMutation({ schema: this.#schema }, mutation),
      variables,
      isSpoiled: false,
    };
  }

  #written(kind: Kind): FuzzDocument {
    const writer = new Writer(this.#schema, this.#chance, this.#values);
    return { kind, ...writer.write(kind), isSpoiled: false };
  }

  /** Breaks a document in one place, as a hand that slips does it, or a hand that knows. */
  #spoiled(query: string): string {
    const chance = this.#chance;
    const at = chance.roll(query.length + 1);
    const words = [...query.matchAll(/\w+/g)];
    const word = words.length > 0 ? chance.pick(words) : null;
    const replaced = (by: string) =>
      word ? query.slice(0, word.index) + by + query.slice(word.index + word[0].length) : by;
    switch (chance.roll(9)) {
      case 0:
        return query.slice(0, at);
      case 1:
        return query.slice(0, at) + query.slice(at + 1 + chance.roll(5));
      case 2:
        return query.slice(0, at) + chance.pick(TOKENS) + query.slice(at);
      case 3:
        return replaced(`${word?.[0] ?? ''}x`);
      case 4:
        return replaced((word?.[0] ?? '').slice(0, -1));
      case 5:
        return replaced(word ? chance.pick(words)[0] : '');
      case 6:
        return `${query} ${query}`;
      case 7:
        return query.replace(/\{/, `{ ${chance.pick(words)?.[0] ?? ''} `);
      default:
        return query.replaceAll(/\$\w+/g, (name) => (chance.roll(4) === 0 ? '$other' : name));
    }
  }
}

const TOKENS: readonly string[] = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '!',
    '$',
    '@',
    '...',
    ':',
    '=',
    '|',
    '&',
    '#',
    ',',
    '"',
    '"""',
    '\\',
    '\u0000',
    '\ufeff',
    '🙂',
  ],
  ...[
    ' on ',
    ' null ',
    ' true ',
    ' 1e400 ',
    ' 99999999999999999999 ',
    ' -0 ',
    ' "\\ud800" ',
    ' @skip(if: true) ',
    ' @include ',
    ' __typename ',
  ],
  ...[
    ' ... on Query { cursor } ',
    ' ...F ',
    ' fragment F on Query { ...F } ',
    ' query ',
    ' subscription { a } ',
    ' type A { b: C } ',
    ' __schema { types { name } } ',
  ],
];

/** Writes one document. */
class Writer {
  readonly #schema: GraphQLSchema;
  readonly #chance: Dice;
  readonly #values: Values;
  readonly #declared: string[] = [];
  readonly #fragments: string[] = [];
  readonly #variables: Variables = {};
  #count = 0;

  constructor(schema: GraphQLSchema, chance: Dice, values: Values) {
    this.#schema = schema;
    this.#chance = chance;
    this.#values = values;
  }

  write(kind: Kind): { query: string; variables: Variables } {
    const root = this.#schema.getRootType(kind as never)!;
    const fields = Object.values(root.getFields());
    const wanted = kind === 'query' ? 1 + this.#chance.roll(3) : 1;
    const picked = new Set(Array.from({ length: wanted }, () => this.#chance.pick(fields)));
    const set = [...picked].map((field) => this.#field(field, DEEPEST)).join(' ');
    const operation = `${kind} F${this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : ''} { ${set} }`;
    return { query: [operation, ...this.#fragments].join(' '), variables: this.#variables };
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const chance = this.#chance;
    const given = field.args.filter((argument) => isRequiredArgument(argument) || chance.roll(3) === 0);
    const args = given.map((argument) => `${argument.name}: ${this.#value(argument.type, argument.name)}`);
    const alias = chance.roll(14) === 0 ? `a${(this.#count += 1)}: ` : '';
    const call = `${alias}${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${this.#directive()}`;
    const inner = getNamedType(field.type);
    return isCompositeType(inner) ? `${call} { ${this.#set(inner, depth - 1)} }` : call;
  }

  #set(type: GraphQLCompositeType, depth: number): string {
    const chance = this.#chance;
    if (isAbstractType(type)) {
      const possible = this.#schema.getPossibleTypes(type);
      const picked = new Set(Array.from({ length: 1 + chance.roll(2) }, () => chance.pick(possible)));
      return `__typename ${[...picked].map((object) => `... on ${object.name} { ${this.#set(object, depth - 1)} }`).join(' ')}`;
    }
    const set = this.#fields(type as GraphQLObjectType, depth);
    if (chance.roll(14) === 0) return `... on ${type.name}${this.#directive()} { ${set} }`;
    if (chance.roll(14) > 0) return set;
    const name = `F${(this.#count += 1)}`;
    this.#fragments.push(`fragment ${name} on ${type.name} { ${set} }`);
    return `...${name}${this.#directive()}`;
  }

  #fields(type: GraphQLObjectType, depth: number): string {
    const chance = this.#chance;
    const fields = Object.values(type.getFields());
    const open = depth > 0 ? fields : fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    if (open.length === 0) return '__typename';
    const picked = new Set(Array.from({ length: 1 + chance.roll(4) }, () => chance.pick(open)));
    return [...picked].map((field) => this.#field(field, depth)).join(' ');
  }

  #value(type: GraphQLInputType, name: string): string {
    const sample = this.#values.of(type, name);
    if (this.#chance.roll(2) === 0) return sample.text;
    const variable = `v${(this.#count += 1)}`;
    const fallback = this.#chance.roll(15) === 0 ? ` = ${this.#values.of(type, name).text}` : '';
    this.#declared.push(`$${variable}: ${String(type)}${fallback}`);
    if (this.#chance.roll(30) > 0) this.#variables[variable] = sample.json;
    return `$${variable}`;
  }

  #directive(): string {
    const chance = this.#chance;
    if (chance.roll(25) > 0) return '';
    if (chance.roll(2) === 0) return ` @${chance.pick(['skip', 'include'])}(if: ${chance.pick(['true', 'false'])})`;
    const variable = `v${(this.#count += 1)}`;
    this.#declared.push(`$${variable}: Boolean!`);
    this.#variables[variable] = chance.roll(2) === 0;
    return ` @${chance.pick(['skip', 'include'])}(if: $${variable})`;
  }
}
