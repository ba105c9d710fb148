import type { IdentityRuleChange } from '../services/customers/resolving/check-rules.ts';
import { IDENTITY_KINDS, type IdentityKind } from '../values/vocabulary.ts';
import { WrongInput } from './wrong-input.ts';

type Shape = 'whole' | 'truth' | 'texts' | 'limit';
const FIELDS: Readonly<Record<Exclude<keyof IdentityRuleChange, 'kind'>, Shape>> = {
  priority: 'whole',
  isStrong: 'truth',
  valuesPerPerson: 'limit',
  personsPerValue: 'limit',
  staleAfterDays: 'whole',
  blockedValues: 'texts',
  blocksRepeated: 'truth',
};
const NAMES = ['kind', ...Object.keys(FIELDS)];

/**
 * The changes of rules that a file states as JSON, in the words of the graph: a list, or an object with the list as `rules`. Whether they are
 * allowed is for the rules to say. Throws WrongInput.
 */
export function readRuleChanges(text: string): IdentityRuleChange[] {
  const stated = parsed(text.replace(/^\uFEFF/, ''));
  const list = isObject(stated) && 'rules' in stated ? stated['rules'] : stated;
  if (!Array.isArray(list) || list.length === 0)
    throw new WrongInput('The file needs a list of rules: [{ "kind": "PHONE", … }].');
  return list.map((each: unknown, i) => readChange(each, `rule ${i + 1}`));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WrongInput(`The file is no JSON: ${(error as Error).message}`);
  }
}

function readChange(stated: unknown, where: string): IdentityRuleChange {
  if (!isObject(stated)) throw new WrongInput(`${where}: A rule is an object, with its \`kind\`.`);
  const unknown = Object.keys(stated).find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new WrongInput(`${where}: There is no field ${unknown}. Fields are ${NAMES.join(', ')}.`);
  for (const [name, shape] of Object.entries(FIELDS)) {
    const value = stated[name];
    if (value != null && !SHAPES[shape].is(value))
      throw new WrongInput(`${where}: \`${name}\` is ${SHAPES[shape].name}.`);
  }
  return { ...stated, kind: readKind(stated['kind'], where) };
}

function readKind(stated: unknown, where: string): IdentityKind {
  const kind = IDENTITY_KINDS.find((each) => each === String(stated).toLowerCase());
  if (kind) return kind;
  const kinds = IDENTITY_KINDS.map((each) => each.toUpperCase()).join(', ');
  throw new WrongInput(`${where}: \`kind\` is one of ${kinds}.`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isLimit = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).every((name) => name === 'most' || name === 'withinDays') &&
  Number.isInteger(value['most']) &&
  (value['withinDays'] == null || Number.isInteger(value['withinDays']));

const SHAPES: Readonly<Record<Shape, { readonly name: string; is(value: unknown): boolean }>> = {
  whole: { name: 'a whole number', is: Number.isInteger },
  truth: { name: 'true or false', is: (value) => typeof value === 'boolean' },
  texts: {
    name: 'a list of texts',
    is: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  },
  limit: { name: 'a limit: { "most": 3, "withinDays": 90 }', is: isLimit },
};
