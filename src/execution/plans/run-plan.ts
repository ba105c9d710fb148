import {
  defaultFieldResolver,
  getArgumentValues,
  GraphQLError,
  isObjectType,
  locatedError,
  responsePathAsArray,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';

import { AnswerTooLarge } from '../../values/answer-too-large.ts';
import { CollectedErrors, type Path } from './collected-errors.ts';
import type { FieldPlan, OutputPlan, Plan, SelectionPlan } from './plan.ts';

/** What one run of a plan is about. */
export interface RunInput {
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Characters after which it is given up. Default: none. */
  readonly mostLength?: number;
}

/** The answer with its data as JSON text. Null: nothing is left of it. */
export interface RunResult {
  /** Absent: nothing failed. */
  readonly errors?: readonly GraphQLError[];
  readonly data: string | null;
}

interface Run extends RunInput {
  readonly plan: Plan;
  readonly failures: CollectedErrors;
  /** What may still be written. */
  readonly room: { left: number };
}

/** A value's place in a run: what graphql-js calls the field's info and the path. */
interface Place {
  readonly run: Run;
  readonly info: GraphQLResolveInfo;
  readonly path: Path;
}

type Text = string | null;
type Later<T> = T | Promise<T>;

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
const isLater = (text: Later<Text>): text is Promise<Text> => typeof text === 'object' && text !== null;
const whenAllAreThere = (texts: readonly Later<Text>[]) => Promise.all(texts as readonly Promise<Text>[]);

/**
 * Runs a plan and writes the answer as text. It does what `execute` of graphql-js does, step by step and error by error, but for
 * what the plan knows to be plain: that is written in one go. Throws AnswerTooLarge.
 */
export async function runPlan(plan: Plan, input: RunInput): Promise<RunResult> {
  const failures = new CollectedErrors();
  const room = { left: input.mostLength ?? Infinity };
  try {
    const data = await writeFields({ ...input, plan, failures, room }, plan.root, input.rootValue, undefined);
    if (room.left < 0) throw new AnswerTooLarge();
    return failures.errors.length === 0 ? { data } : { errors: failures.errors, data };
  } catch (error) {
    if (room.left < 0) throw new AnswerTooLarge();
    failures.add(error as GraphQLError, undefined);
    return { errors: failures.errors, data: null };
  }
}

function writeFields(run: Run, selection: SelectionPlan, source: unknown, path: Path | undefined): Later<string> {
  const texts: Later<Text>[] = [];
  let someAreLater = false;
  try {
    for (const field of selection.fields) {
      const text = writeField(run, field, source, path);
      if (isLater(text)) someAreLater = true;
      texts.push(text);
    }
  } catch (error) {
    if (!someAreLater) throw error;
    // The others may fail as well: they are waited for, so that no failure goes unheard.
    // One step more than it takes, as in graphql-js: the order of errors depends on it.
    return whenAllAreThere(texts)
      .then((all) => objectText(selection, all))
      .finally(() => {
        throw error;
      });
  }
  return someAreLater
    ? whenAllAreThere(texts).then((all) => objectText(selection, all))
    : objectText(selection, texts as Text[]);
}

function objectText({ fields }: SelectionPlan, texts: readonly Text[]): string {
  let text = '{';
  for (const [i, { head }] of fields.entries()) text += `${i === 0 ? '' : ','}${head}${texts[i] ?? 'null'}`;
  return `${text}}`;
}

function writeField(run: Run, field: FieldPlan, source: unknown, parent: Path | undefined): Later<Text> {
  if (field.constant !== null) return field.constant;
  // The rest of an answer that is too large is not even asked for.
  if (run.room.left < 0) return null;
  const { definition, output, nodes } = field;
  if (!definition.resolve && output.plain && typeof source === 'object' && source !== null) {
    try {
      return counted(run, output.plain((source as Record<string, unknown>)[definition.name]));
    } catch {
      // What is wrong is found out below, with its path.
    }
  }
  const path: Path = { prev: parent, key: field.key, typename: field.parentType.name };
  const place: Place = { run, info: infoOf(run, field, path), path };
  try {
    const args = definition.args.length === 0 ? {} : getArgumentValues(definition, nodes[0]!, run.variables);
    const result: unknown = (definition.resolve ?? defaultFieldResolver)(source, args, run.contextValue, place.info);
    const text = isPromise(result)
      ? result.then((resolved) => complete(output, place, resolved))
      : complete(output, place, result);
    return isLater(text) ? text.then(undefined, (error: unknown) => failed(output, place, error)) : text;
  } catch (error) {
    return failed(output, place, error);
  }
}

function counted({ room }: Run, text: string): string {
  room.left -= text.length;
  return text;
}

/** Resolvers are told the same as by graphql-js. */
const infoOf = ({ plan, rootValue, variables }: Run, field: FieldPlan, path: Path): GraphQLResolveInfo => ({
  fieldName: field.definition.name,
  fieldNodes: field.nodes,
  returnType: field.definition.type,
  parentType: field.parentType,
  path,
  schema: plan.schema,
  fragments: plan.fragments,
  rootValue,
  operation: plan.operation,
  variableValues: variables,
});

/** Where null is allowed the failure ends in it; elsewhere it goes on to whoever stands around. */
function failed({ isNullable }: OutputPlan, { run, info, path }: Place, raw: unknown): null {
  const error = locatedError(raw, info.fieldNodes, responsePathAsArray(path));
  if (!isNullable) throw error;
  run.failures.add(error, path);
  return null;
}

function complete(output: OutputPlan, place: Place, value: unknown): Later<Text> {
  const { run, info, path } = place;
  if (value instanceof Error) throw value;
  if (value === null || value === undefined) {
    if (output.isNullable) return null;
    throw new Error(`Cannot return null for non-nullable field ${info.parentType.name}.${info.fieldName}.`);
  }
  if (output.plain) {
    try {
      return counted(run, output.plain(value));
    } catch {
      // The same again, with a path for whatever fails.
    }
  }
  if (output.kind === 'leaf') return counted(run, output.write(value));
  if (output.kind === 'list') return completeList(output.of, place, value);
  if (output.kind === 'object') return writeFields(run, output.selection, value, path);
  const { type, selectionOf } = output;
  const name: unknown = type.resolveType?.(value, run.contextValue, info, type);
  const completeAs = (known: unknown) => writeFields(run, selectionOf(runtimeType(type, known, info)), value, path);
  return isPromise(name) ? name.then(completeAs) : completeAs(name);
}

function completeList(of: OutputPlan, list: Place, value: unknown): Later<string> {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value))
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${list.info.parentType.name}.${list.info.fieldName}".`,
    );
  const texts: Later<Text>[] = [];
  let someAreLater = false;
  const completeItem = (item: unknown, key: number): Later<Text> => {
    const place: Place = { ...list, path: { prev: list.path, key, typename: undefined } };
    try {
      const text = isPromise(item) ? item.then((resolved) => complete(of, place, resolved)) : complete(of, place, item);
      if (!isLater(text)) return text;
      someAreLater = true;
      return text.then(undefined, (error: unknown) => failed(of, place, error));
    } catch (error) {
      return failed(of, place, error);
    }
  };
  try {
    for (const item of value as Iterable<unknown>) texts.push(completeItem(item, texts.length));
  } catch (error) {
    // The others may fail as well: nobody is interested, and nobody may be left alone with it either.
    for (const text of texts) if (isLater(text)) text.catch(() => undefined);
    throw error;
  }
  return someAreLater ? whenAllAreThere(texts).then(listText) : listText(texts as Text[]);
}

const listText = (texts: readonly Text[]): string => `[${texts.map((text) => text ?? 'null').join(',')}]`;

function runtimeType(type: GraphQLAbstractType, name: unknown, info: GraphQLResolveInfo): GraphQLObjectType {
  const object = typeof name === 'string' ? info.schema.getType(name) : undefined;
  if (!isObjectType(object) || !info.schema.isSubType(type, object))
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${info.parentType.name}.${info.fieldName}".`,
      { nodes: info.fieldNodes },
    );
  return object;
}
