import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What selections are read against. */
export interface Reading {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Those that stand in `@skip` and `@include`. */
  readonly conditions: Readonly<Record<string, unknown>>;
}

/** The fields that an object of this type answers with: by response key, each with all its nodes, in the order of the answer. */
export function selectedFields(
  reading: Reading,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        if (visited.has(name) || !isIncluded(reading, selection)) continue;
        visited.add(name);
        const fragment = reading.fragments[name];
        if (fragment && appliesTo(reading, fragment, type)) collect(fragment.selectionSet);
      } else if (!isIncluded(reading, selection)) continue;
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (appliesTo(reading, selection, type)) collect(selection.selectionSet);
      } else {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(key);
        if (nodes) nodes.push(selection);
        else fields.set(key, [selection]);
      }
    }
  };
  for (const set of sets) collect(set);
  return fields;
}

function isIncluded({ conditions }: Reading, node: SelectionNode): boolean {
  if (!node.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, conditions)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, conditions)?.['if'] !== false;
}

function appliesTo(
  { schema }: Reading,
  { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  type: GraphQLObjectType,
): boolean {
  if (!typeCondition || typeCondition.name.value === type.name) return true;
  const named = schema.getType(typeCondition.name.value);
  return isAbstractType(named) && schema.isSubType(named, type);
}
