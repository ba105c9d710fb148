import {
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { leafWriter, type WriteValue } from './leaf-text.ts';
import { selectedFields, type Reading } from './selected-fields.ts';

/** An operation, read once: what is left to do for each run. */
export interface Plan extends Reading {
  readonly operation: OperationDefinitionNode;
  readonly root: SelectionPlan;
}

/** The fields of one object type below one selection. */
export interface SelectionPlan {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
  /** Where every field below is a property of the value: writes it in one go. Throws when the value is not so plain after all. */
  readonly plain: WriteValue | null;
}

export interface FieldPlan {
  readonly key: string;
  /** `"key":` */
  readonly head: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly output: OutputPlan;
  /** The text of `__typename`. */
  readonly constant: string | null;
}

/** How a value of an output type is written. `plain` as above; it takes null too. */
export type OutputPlan = { readonly plain: WriteValue | null; readonly isNullable: boolean } & (
  | { readonly kind: 'leaf'; readonly write: WriteValue }
  | { readonly kind: 'list'; readonly of: OutputPlan }
  | { readonly kind: 'object'; readonly selection: SelectionPlan }
  | {
      readonly kind: 'abstract';
      readonly type: GraphQLAbstractType;
      /** Made when the first object of the type comes. */
      readonly selectionOf: (type: GraphQLObjectType) => SelectionPlan;
    }
);

/** Thrown by plain writers: the value needs a closer look. Always the same, for a stack costs more than the look. */
const NOT_PLAIN = new Error('This value is not plain.');

/** Characters that a list writes in one go. */
const LONGEST_PLAIN_LIST = 2_000_000;

/** The plan of an operation of a valid document. Throws for one that is left to graphql-js: introspection, conditions that are null. */
export function makePlan(reading: Reading, operation: OperationDefinitionNode): Plan {
  const type = reading.schema.getRootType(operation.operation);
  if (!type) throw new Error(`The schema has no ${operation.operation}.`);
  return { ...reading, operation, root: planSelection(reading, type, [operation.selectionSet]) };
}

function planSelection(reading: Reading, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): SelectionPlan {
  const fields = [...selectedFields(reading, type, sets)].map(([key, nodes]) => planField(reading, type, key, nodes));
  return { type, fields, plain: plainObject(fields) };
}

function planField(
  reading: Reading,
  parentType: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
): FieldPlan {
  const name = nodes[0]!.name.value;
  const isTypeName = name === TypeNameMetaFieldDef.name;
  const definition = isTypeName ? TypeNameMetaFieldDef : parentType.getFields()[name];
  // `__schema` and `__type` belong to no type.
  if (!definition) throw new Error(`${parentType.name} has no field ${name} of its own.`);
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  return {
    ...{ key, head: `"${key}":`, parentType, definition, nodes },
    output: planOutput(reading, definition.type, sets),
    constant: isTypeName ? `"${parentType.name}"` : null,
  };
}

function planOutput(reading: Reading, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): OutputPlan {
  if (!isNonNullType(type)) return planNullable(reading, type, sets, true);
  return planNullable(reading, type.ofType, sets, false);
}

function planNullable(
  reading: Reading,
  type: Exclude<GraphQLOutputType, { readonly ofType: never }>,
  sets: readonly SelectionSetNode[],
  isNullable: boolean,
): OutputPlan {
  const orNull = (write: WriteValue): WriteValue => (isNullable ? plainOrNull(write) : plainOrOdd(write));
  if (isLeafType(type)) {
    const write = leafWriter(type);
    return { kind: 'leaf', write, plain: orNull(write), isNullable };
  }
  if (isListType(type)) {
    const of = planOutput(reading, type.ofType as GraphQLOutputType, sets);
    return { kind: 'list', of, plain: of.plain && orNull(plainList(of.plain)), isNullable };
  }
  if (isAbstractType(type)) {
    const known = new Map<GraphQLObjectType, SelectionPlan>();
    const selectionOf = (object: GraphQLObjectType) => {
      const plan = known.get(object) ?? planSelection(reading, object, sets);
      known.set(object, plan);
      return plan;
    };
    return { kind: 'abstract', type, selectionOf, plain: null, isNullable };
  }
  const selection = planSelection(reading, type as GraphQLObjectType, sets);
  return { kind: 'object', selection, plain: selection.plain && orNull(selection.plain), isNullable };
}

const plainOrNull =
  (write: WriteValue): WriteValue =>
  (value) =>
    value === null || value === undefined ? 'null' : write(value);

const plainOrOdd =
  (write: WriteValue): WriteValue =>
  (value) => {
    if (value === null || value === undefined) throw NOT_PLAIN;
    return write(value);
  };

const plainList =
  (write: WriteValue): WriteValue =>
  (value) => {
    if (!Array.isArray(value)) throw NOT_PLAIN;
    if (value.length === 0) return '[]';
    let text = `[${write(value[0])}`;
    for (let i = 1; i < value.length; i += 1) {
      text += `,${write(value[i])}`;
      // Item by item somebody looks at how long it gets.
      if (text.length > LONGEST_PLAIN_LIST) throw NOT_PLAIN;
    }
    return `${text}]`;
  };

/** Null unless every field is read from the object and plain itself. */
function plainObject(fields: readonly FieldPlan[]): WriteValue | null {
  const steps: { head: string; name: string; write: WriteValue }[] = [];
  for (const [i, { head, definition, constant, output }] of fields.entries()) {
    const write = constant !== null ? () => constant : definition.resolve ? null : output.plain;
    if (!write) return null;
    steps.push({ head: `${i === 0 ? '{' : ','}${head}`, name: definition.name, write });
  }
  return (value) => {
    const object = plainOf(value);
    let text = '';
    for (const { head, name, write } of steps) text += head + write(object[name]);
    return text === '' ? '{}' : `${text}}`;
  };
}

/** The object itself, unless graphql-js would do more with it than read its properties. */
function plainOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || value instanceof Error) throw NOT_PLAIN;
  if (typeof (value as { then?: unknown }).then === 'function') throw NOT_PLAIN;
  return value as Record<string, unknown>;
}
