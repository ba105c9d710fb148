import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import type { DocumentLimits } from './limits.ts';
import { rejected } from './rejection.ts';

/** What a selection set holds once its fragments are expanded. */
interface Shape {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  directives: number;
  fields: number;
  /** Of the fields those at its top. */
  rootFields: number;
}

const EMPTY: Shape = { depth: 0, introspectionDepth: 0, aliases: 0, directives: 0, fields: 0, rootFields: 0 };
// A list's wrapping says nothing about how deep the question goes.
const WRAPPERS = new Set(['edges', 'node', 'nodes']);
const INTROSPECTION = new Set(['__schema', '__type']);

/**
 * Refuses a document past the limits, before it is validated: depth, aliases, directives, fields and root mutations, all counted
 * after expansion. Each fragment is measured once, so that the work is linear in the document however often it is spread.
 */
export function checkShape(document: DocumentNode, limits: DocumentLimits): void {
  const measure = measuring(document);
  for (const definition of document.definitions) {
    // A fragment counts where it is spread; validation refuses one that is spread nowhere.
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const shape = measure(definition.selectionSet);
    const onVariables = (definition.variableDefinitions ?? []).reduce(
      (sum, each) => sum + (each.directives?.length ?? 0),
      0,
    );
    const directives = shape.directives + (definition.directives?.length ?? 0) + onVariables;
    atMost(shape.depth, limits.maxDepth, 'The document is too deep', 'levels, not counting edges, node and nodes');
    atMost(shape.introspectionDepth, limits.maxIntrospectionDepth, 'The introspection is too deep', 'levels');
    atMost(shape.aliases, limits.maxAliases, 'The document has too many aliases', 'aliases');
    atMost(directives, limits.maxDirectives, 'The document has too many directives', 'directives');
    atMost(shape.fields, limits.maxFields, 'The document selects too many fields', 'fields');
    if (definition.operation === 'mutation')
      atMost(shape.rootFields, limits.maxRootMutations, 'The document has too many mutations', 'mutations');
  }
}

function atMost(count: number, limit: number, what: string, unit: string): void {
  if (count > limit)
    throw rejected('GRAPHQL_VALIDATION_FAILED', `${what}: ${limit} ${unit} are allowed, counted with fragments.`, {
      limit,
    });
}

/**
 * Fields at the top of an operation, fragments expanded. Only of a valid document within the limits: in one with a cycle, or with fragments
 * that spread others twice and select nothing, this would not end.
 */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode): FieldNode[] {
  const fragments = fragmentsOf(document);
  const collect = (set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) return collect(selection.selectionSet);
      return collect(fragments.get(selection.name.value)!.selectionSet);
    });
  return collect(operation.selectionSet);
}

export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

function measuring(document: DocumentNode): (set: SelectionSetNode) => Shape {
  const fragments = fragmentsOf(document);
  const measured = new Map<string, Shape>();
  const measureFragment = (name: string): Shape => {
    const known = measured.get(name);
    if (known) return known;
    // A cycle measures as nothing here; validation refuses it.
    measured.set(name, EMPTY);
    const fragment = fragments.get(name);
    const inner = fragment ? measure(fragment.selectionSet) : EMPTY;
    const shape = { ...inner, directives: inner.directives + (fragment?.directives?.length ?? 0) };
    measured.set(name, shape);
    return shape;
  };
  const measure = (set: SelectionSetNode): Shape => {
    const total = { ...EMPTY };
    for (const selection of set.selections) {
      const inner =
        selection.kind === Kind.FIELD
          ? measureField(selection, measure)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? measure(selection.selectionSet)
            : measureFragment(selection.name.value);
      total.depth = Math.max(total.depth, inner.depth);
      total.introspectionDepth = Math.max(total.introspectionDepth, inner.introspectionDepth);
      total.aliases += inner.aliases;
      total.directives += inner.directives + (selection.directives?.length ?? 0);
      total.fields += inner.fields;
      total.rootFields += selection.kind === Kind.FIELD ? 1 : inner.rootFields;
    }
    return total;
  };
  return measure;
}

function measureField(field: FieldNode, measure: (set: SelectionSetNode) => Shape): Shape {
  const inner = field.selectionSet ? measure(field.selectionSet) : EMPTY;
  const name = field.name.value;
  const counted = { ...inner, aliases: inner.aliases + (field.alias ? 1 : 0), fields: inner.fields + 1 };
  // What stands below __schema is measured by its own limit; outside, no schema field of ours begins with two underscores.
  if (INTROSPECTION.has(name)) return { ...counted, depth: 1, introspectionDepth: inner.depth + 1 };
  return { ...counted, depth: inner.depth + (WRAPPERS.has(name) ? 0 : 1) };
}
