import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { DEFAULT_PAGE, LARGEST_PAGE } from '../values/page.ts';
import { fragmentsOf } from './document-shape.ts';
import { rejected } from './rejection.ts';

/** Rows guessed for a list without pages (the lines of an order). A field says otherwise with the extension `listSize`. */
const GUESSED_LIST = 3;
/** A change costs more than a row: locks, a commit, an event to everybody who watches. */
const MUTATION = 10;
const SUBSCRIPTION = 10;

/**
 * What an operation asks for, before it runs: one point for each object that it may return, lists times what stands below them.
 * Scalars are free. Also refuses pages that are none (`first` outside 1 to 100).
 */
export function requestedCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const known = fixedCosts.get(operation);
  if (known !== undefined) return known;
  const cost = countCost(schema, document, operation, variables);
  if (!dependsOnVariables(document) && pricedFields(schema, document, operation).length === 0)
    fixedCosts.set(operation, cost);
  return cost;
}

/** Costs of operations whose variables say nothing about sizes: the same each time. */
const fixedCosts = new WeakMap<OperationDefinitionNode, number>();

/** Whether a variable stands where it changes the cost: a page size, a condition. */
function dependsOnVariables(document: DocumentNode): boolean {
  let depends = false;
  visit(document, {
    Argument: ({ name, value }) => {
      if (value.kind === Kind.VARIABLE && (name.value === 'first' || name.value === 'if')) depends = true;
    },
  });
  return depends;
}

function countCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = fragmentsOf(document);
  const known = new Map<string, number>();

  const ofSet = (set: SelectionSetNode, type: GraphQLCompositeType, page: number, path: string): number => {
    let sum = 0;
    for (const selection of set.selections) {
      if (isSkipped(selection, variables)) continue;
      if (selection.kind === Kind.FIELD) sum += ofField(selection, type, page, path);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        sum += ofSet(selection.selectionSet, typeNamed(selection.typeCondition?.name.value, type), page, path);
      else sum += ofFragment(selection.name.value, type, page, path);
    }
    return sum;
  };
  const ofFragment = (name: string, type: GraphQLCompositeType, page: number, path: string): number => {
    const key = `${name}|${page}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const cost = fragment
      ? ofSet(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value, type), page, path)
      : 0;
    known.set(key, cost);
    return cost;
  };
  const ofField = (node: FieldNode, type: GraphQLCompositeType, page: number, path: string): number => {
    const name = node.name.value;
    if (name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) return 0;
    const field = type.getFields()[name];
    if (!field) return 0;
    const here = path ? `${path}.${name}` : name;
    const paged = field.args.some((argument) => argument.name === 'first');
    const asked = paged ? pageAsked(node, variables, here) : page;
    const inner = getNamedType(field.type);
    if (!isCompositeType(inner) || !node.selectionSet) return 0;
    const isEdge = name === 'edges';
    const each = (isEdge ? 0 : 1) + ofSet(node.selectionSet, inner, asked, here);
    if (!isListType(getNullableType(field.type))) return each;
    const isOfConnection = isEdge || name === 'nodes';
    const guessed = field.extensions['listSize'];
    const size = paged || isOfConnection ? asked : typeof guessed === 'number' ? guessed : GUESSED_LIST;
    return size * each;
  };
  const typeNamed = (name: string | undefined, otherwise: GraphQLCompositeType): GraphQLCompositeType => {
    const type = name ? schema.getType(name) : otherwise;
    return isCompositeType(type) ? type : otherwise;
  };

  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  const selected = ofSet(operation.selectionSet, root, DEFAULT_PAGE, '');
  if (operation.operation === 'subscription') return selected + SUBSCRIPTION;
  if (operation.operation === 'mutation')
    return (
      selected +
      MUTATION * operation.selectionSet.selections.length +
      pricedFields(schema, document, operation).reduce((sum, priced) => sum + priceOfItems(priced, variables), 0)
    );
  return Math.max(1, selected);
}

/** What a mutation that takes a list costs for each item: its extension `pricePerItem`. */
interface PricedField {
  readonly node: FieldNode;
  readonly argument: string;
  readonly points: number;
}

/** Fields at the root of a mutation that are priced by what they are given, also those inside fragments of the operation itself. */
function pricedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PricedField[] {
  if (operation.operation !== 'mutation') return [];
  const fields = schema.getMutationType()?.getFields() ?? {};
  const priced: PricedField[] = [];
  visit(document, {
    OperationDefinition: (node) => (node === operation ? undefined : false),
    // Not deeper: only the root, and fragments that are spread there, can have these fields.
    Field(node) {
      const price = fields[node.name.value]?.extensions['pricePerItem'];
      if (price) priced.push({ node, ...(price as Omit<PricedField, 'node'>) });
      return false;
    },
  });
  return priced;
}

function priceOfItems({ node, argument, points }: PricedField, variables: Readonly<Record<string, unknown>>): number {
  const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
  const items =
    value?.kind === Kind.LIST
      ? value.values.length
      : value?.kind === Kind.VARIABLE && Array.isArray(variables[value.name.value])
        ? (variables[value.name.value] as unknown[]).length
        : 1;
  return Math.ceil(items * points);
}

function isSkipped(
  selection: SelectionSetNode['selections'][number],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  for (const directive of selection.directives ?? []) {
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    const on =
      value?.kind === Kind.BOOLEAN
        ? value.value
        : value?.kind === Kind.VARIABLE
          ? variables[value.name.value] === true
          : undefined;
    if (on === undefined) continue;
    if (directive.name.value === 'skip' && on) return true;
    if (directive.name.value === 'include' && !on) return true;
  }
  return false;
}

function pageAsked(node: FieldNode, variables: Readonly<Record<string, unknown>>, path: string): number {
  const value = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
  const asked =
    value?.kind === Kind.INT
      ? Number(value.value)
      : value?.kind === Kind.VARIABLE
        ? (variables[value.name.value] ?? DEFAULT_PAGE)
        : DEFAULT_PAGE;
  if (typeof asked !== 'number' || asked < 1 || asked > LARGEST_PAGE)
    throw rejected('BAD_USER_INPUT', `\`first\` of \`${path}\` must be a whole number from 1 to ${LARGEST_PAGE}.`, {
      argument: 'first',
      field: path,
    });
  return asked;
}
