import { editDistance } from '../../../values/edit-distance.ts';

/** The part of JSON Schema (2020-12) that our schemas use, and all that is checked here. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** False: only what is among `properties`. */
  readonly additionalProperties?: false | JsonSchema;
  readonly propertyNames?: { readonly pattern: string };
  readonly maxProperties?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  /** For people; not checked. */
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** What is wrong with a document, and where. */
export interface Fault {
  /** Names and places from the top of the document: `["queues", "0", "steps", "2", "afterSeconds"]`. */
  readonly path: readonly string[];
  readonly sentence: string;
}

/** As many as somebody mends at once. */
const MOST_FAULTS = 50;
/** A word with more wrong letters is another word. */
const TYPING_ERRORS = 3;

/** Everything that a schema finds wrong with a document, at most 50 faults, in the order of the document. */
export function checkBySchema(document: unknown, schema: JsonSchema): Fault[] {
  const faults: Fault[] = [];
  new SchemaCheck(schema, faults).check(document, schema, []);
  return faults.slice(0, MOST_FAULTS);
}

class SchemaCheck {
  private readonly root: JsonSchema;
  private readonly faults: Fault[];

  constructor(root: JsonSchema, faults: Fault[]) {
    this.root = root;
    this.faults = faults;
  }

  check(value: unknown, asked: JsonSchema, path: readonly string[]): void {
    if (this.faults.length >= MOST_FAULTS) return;
    const schema = this.resolve(asked);
    if (schema.anyOf) {
      if (!schema.anyOf.some((one) => checkBySchema(value, { ...one, $defs: this.root.$defs ?? {} }).length === 0))
        this.blame(path, `This must be ${inWords(schema.anyOf.map(kindOf))}, and is ${shown(value)}.`);
      return;
    }
    if (schema.type && !isOfType(value, schema.type))
      return this.blame(path, `This must be ${kindOf(schema)}, and is ${shown(value)}.`);
    if (schema.enum && !schema.enum.includes(value))
      return this.blame(path, `This must be ${inWords(schema.enum.map(shown))}, and is ${shown(value)}.`);
    if (typeof value === 'string') this.checkText(value, schema, path);
    else if (typeof value === 'number') this.checkNumber(value, schema, path);
    else if (Array.isArray(value)) this.checkList(value, schema, path);
    else if (typeof value === 'object' && value !== null) this.checkObject(value, schema, path);
  }

  private resolve(schema: JsonSchema): JsonSchema {
    if (!schema.$ref) return schema;
    const named = this.root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    if (!named) throw new Error(`The schema refers to ${schema.$ref}, which it does not define.`);
    return named;
  }

  private blame(path: readonly string[], sentence: string): void {
    this.faults.push({ path, sentence });
  }

  private checkText(text: string, schema: JsonSchema, path: readonly string[]): void {
    const { minLength = 0, maxLength = Infinity, pattern } = schema;
    // A schema counts characters, not units of UTF-16.
    const length = [...text].length;
    if (length < minLength || length > maxLength)
      this.blame(path, `This must have ${minLength} to ${maxLength} characters, and has ${length}.`);
    else if (pattern !== undefined && !new RegExp(pattern, 'u').test(text))
      this.blame(path, `${shown(text)} is not of the form ${schema.title ?? pattern}.`);
  }

  private checkNumber(value: number, schema: JsonSchema, path: readonly string[]): void {
    const { minimum = -Infinity, maximum = Infinity, multipleOf } = schema;
    if (value < minimum || value > maximum)
      this.blame(path, `This must be from ${minimum} to ${maximum}, and is ${value}.`);
    else if (multipleOf !== undefined && value % multipleOf !== 0)
      this.blame(path, `This must be a multiple of ${multipleOf}, and is ${value}.`);
  }

  private checkList(list: readonly unknown[], schema: JsonSchema, path: readonly string[]): void {
    const { minItems = 0, maxItems = Infinity, items } = schema;
    if (list.length < minItems) return this.blame(path, `This must have at least ${minItems}, and has ${list.length}.`);
    if (list.length > maxItems) return this.blame(path, `This must have at most ${maxItems}, and has ${list.length}.`);
    if (items) for (const [place, item] of list.entries()) this.check(item, items, [...path, String(place)]);
  }

  private checkObject(object: object, schema: JsonSchema, path: readonly string[]): void {
    const { properties = {}, required = [], additionalProperties, propertyNames, maxProperties = Infinity } = schema;
    const entries = Object.entries(object);
    if (entries.length > maxProperties)
      return this.blame(path, `This must have at most ${maxProperties} names, and has ${entries.length}.`);
    for (const name of required)
      if (!Object.hasOwn(object, name)) this.blame([...path, name], `\`${name}\` is missing.`);
    for (const [name, value] of entries) {
      const at = [...path, name];
      if (Object.hasOwn(properties, name)) this.check(value, properties[name]!, at);
      else if (additionalProperties === false) this.blame(at, unknownName(name, Object.keys(properties)));
      else if (propertyNames && !new RegExp(propertyNames.pattern, 'u').test(name))
        this.blame(at, `${shown(name)} is no name here: ${propertyNames.pattern}.`);
      else if (additionalProperties) this.check(value, additionalProperties, at);
    }
  }
}

function isOfType(value: unknown, type: NonNullable<JsonSchema['type']>): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}

const KINDS = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
};

function kindOf(schema: JsonSchema): string {
  if (schema.enum) return inWords(schema.enum.map(shown));
  const kind = schema.type ? KINDS[schema.type] : 'something else';
  return schema.minimum === undefined ? kind : `${kind} from ${schema.minimum} to ${schema.maximum ?? 'any'}`;
}

const inWords = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function unknownName(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((one) => ({ one, distance: editDistance(name.slice(0, LONGEST_SHOWN), one, TYPING_ERRORS) }))
    .filter(({ distance }) => distance <= TYPING_ERRORS)
    .sort((a, b) => a.distance - b.distance);
  const guess = nearest ? ` Did you mean \`${nearest.one}\`?` : '';
  return `There is no ${shown(name)} here.${guess}`;
}
