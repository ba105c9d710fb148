import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** One step into the graph: a field of a type, and, where it leads to an abstract type, the object type behind it. */
interface Step {
  readonly parent: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly into: GraphQLObjectType;
}

/** A way to a field: steps from a root type and the field at the end. */
export interface FieldPath {
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly steps: readonly Step[];
  readonly parent: string;
  readonly field: GraphQLField<unknown, unknown>;
}

const SCALARS: Record<string, string> = {
  ID: '"cus_00000000000000000000000000"',
  String: '"x"',
  Int: '1',
  Float: '1',
  Boolean: 'true',
  DateTime: '"2026-11-21T00:00:00.000Z"',
  Currency: '"EUR"',
  SafeInt: '1',
};

/** A literal that fits an input type: the least that is valid. */
export function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
  }
  return SCALARS[type.name] ?? '"{}"';
}

const call = (field: GraphQLField<unknown, unknown>) => {
  const required = field.args.filter(isRequiredArgument);
  return required.length > 0
    ? `${field.name}(${required.map((arg) => `${arg.name}: ${literalOf(arg.type)}`).join(', ')})`
    : field.name;
};

/**
 * Every field over every edge that leads to its type: for each field of each type, one path for each field of another type that
 * returns it, each by the shortest way from a root.
 */
export function pathsOf(schema: GraphQLSchema): FieldPath[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  const paths: FieldPath[] = [];
  for (const [operation, root] of roots) {
    if (!root) continue;
    const shortest = new Map<string, readonly Step[]>([[root.name, []]]);
    const queue = [root];
    const seenEdges = new Set<string>();
    for (const field of Object.values(root.getFields())) paths.push({ operation, steps: [], parent: root.name, field });
    for (let type = queue.shift(); type; type = queue.shift()) {
      const steps = shortest.get(type.name)!;
      for (const field of Object.values(type.getFields())) {
        for (const into of objectsOf(schema, getNamedType(field.type))) {
          const edge = `${type.name}.${field.name}>${into.name}`;
          if (seenEdges.has(edge)) continue;
          seenEdges.add(edge);
          const way = [...steps, { parent: type.name, field, into }];
          for (const inner of Object.values(into.getFields()))
            paths.push({ operation, steps: way, parent: into.name, field: inner });
          if (shortest.has(into.name)) continue;
          shortest.set(into.name, way);
          queue.push(into);
        }
      }
    }
  }
  return paths;
}

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}

export const FORMS = ['plain', 'alias', 'inline fragment', 'named fragment'] as const;
export type Form = (typeof FORMS)[number];

/** A document that selects exactly the field at the end of the path, written in one of four ways that mean the same. */
export function documentOf(path: FieldPath, form: Form): string {
  const leaf = isCompositeType(getNamedType(path.field.type)) ? `${call(path.field)} { __typename }` : call(path.field);
  let inner = form === 'alias' ? `hidden: ${leaf}` : leaf;
  let fragment = '';
  if (form === 'inline fragment') inner = `... on ${path.parent} { ... { ${inner} } }`;
  if (form === 'named fragment') {
    fragment = ` fragment F on ${path.parent} { ${inner} }`;
    inner = '...F';
  }
  for (const step of [...path.steps].reverse()) {
    const isAbstract = isAbstractType(getNamedType(step.field.type));
    inner = `${call(step.field)} { ${isAbstract ? `... on ${step.into.name} { ${inner} }` : inner} }`;
  }
  return `${path.operation} { ${inner} }${fragment}`;
}
