import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import type { ReadDocument } from './read-document.ts';

/** Types that show where an order stands. */
const ORDER_TYPES = new Set(['Order', 'ContextOrder']);
/** Selections that are followed: a document may spread its fragments over and over. */
const MOST_SELECTIONS = 2_000;

/** Where an answer shows orders, by its response keys. */
export interface ShownOrders {
  /** Keys of the id and the status of an order that stands here. Null: none does, or not with both. */
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly within: ReadonlyMap<string, ShownOrders>;
}

interface Draft {
  id: string | null;
  status: string | null;
  readonly within: Map<string, Draft>;
}

/** Where the answers of an operation show the status of orders beside their ids. Null: nowhere. */
export function shownOrders(
  schema: GraphQLSchema,
  { document }: ReadDocument,
  operation: OperationDefinitionNode,
): ShownOrders | null {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  let left = MOST_SELECTIONS;
  const collect = (set: SelectionSetNode, type: GraphQLNamedType | undefined, draft: Draft): void => {
    for (const selection of set.selections) {
      if ((left -= 1) < 0) return;
      if (selection.kind !== Kind.FIELD) {
        const part = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = part?.typeCondition;
        if (part) collect(part.selectionSet, condition ? schema.getType(condition.name.value) : type, draft);
        continue;
      }
      const name = selection.name.value;
      const key = selection.alias?.value ?? name;
      if (type && ORDER_TYPES.has(type.name) && (name === 'id' || name === 'status')) draft[name] = key;
      if (!selection.selectionSet || !(isObjectType(type) || isInterfaceType(type))) continue;
      const inner = getNamedType(type.getFields()[name]?.type);
      if (!isCompositeType(inner)) continue;
      const child = draft.within.get(key) ?? { id: null, status: null, within: new Map<string, Draft>() };
      draft.within.set(key, child);
      collect(selection.selectionSet, inner, child);
    }
  };
  const root: Draft = { id: null, status: null, within: new Map() };
  collect(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, root);
  return left < 0 ? null : pruned(root);
}

/** Without what shows none. */
function pruned({ id, status, within }: Draft): ShownOrders | null {
  const order = id !== null && status !== null ? { id, status } : null;
  const rest = [...within].flatMap(([key, child]) => {
    const shown = pruned(child);
    return shown ? [[key, shown] as const] : [];
  });
  return order || rest.length > 0 ? { order, within: new Map(rest) } : null;
}

/** The orders of an answer with the statuses that it shows. */
export function* ordersIn(
  shown: ShownOrders,
  value: unknown,
): Generator<{ readonly orderId: string; readonly status: string }> {
  if (Array.isArray(value)) for (const one of value) yield* ordersIn(shown, one);
  else if (typeof value === 'object' && value !== null) {
    const members = value as Readonly<Record<string, unknown>>;
    const [id, status] = shown.order ? [members[shown.order.id], members[shown.order.status]] : [];
    // Of several types under one key only an order has the id of one.
    if (typeof id === 'string' && id.startsWith('ord_') && typeof status === 'string')
      yield { orderId: id, status: status.toLowerCase() };
    for (const [key, inner] of shown.within) yield* ordersIn(inner, members[key]);
  }
}
