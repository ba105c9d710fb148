import { NODE_TYPES } from '../schema/node.ts';
import { kindOfId, type IdKind } from '../values/ids.ts';
import type { Context } from './context.ts';

/** How `node(id:)` finds objects of one kind. */
export interface NodeKind {
  kind: IdKind;
  /** Name of the GraphQL type; it implements Node. */
  type: string;
  /** Null: there is none, or the viewer may not see it. Must ask for the type's right itself: `node` asks for none. */
  load: (context: Context, id: string) => Promise<object | null>;
}

const KINDS = new Map<IdKind, NodeKind>();

/** Called once by each domain for each of its kinds. */
export function registerNode(kind: NodeKind): void {
  KINDS.set(kind.kind, kind);
  NODE_TYPES.set(kind.kind, kind.type);
}

/** The object behind an id of any kind. Unknown kinds, absent and invisible objects are all null. */
export async function loadNode(context: Context, id: string): Promise<object | null> {
  const kind = kindOfId(id);
  return (kind && (await KINDS.get(kind)?.load(context, id))) ?? null;
}
