import { Kind, type OperationDefinitionNode } from 'graphql';

import { reachOf } from '../services/access/role-rights.ts';
import type { KnownAnswer, KnownContexts } from '../services/context/read-context.ts';
import { kindOfId } from '../values/ids.ts';
import type { PreparedOperation } from './prepare.ts';

interface Result {
  readonly errors?: unknown;
  /** JSON text. */
  readonly data?: string | null;
  readonly subjects: ReadonlySet<string>;
}

/** Texts kept beside one state: more documents than these are hardly asked about one person in the time for which it is current. */
const MOST_ANSWERS = 16;

/**
 * Runs a document that shows the context of one person and nothing else: the answer is made of the state alone, so it is the same text
 * for all viewers of a class as long as the state is current, and is made once. Rights are the viewer's: they are looked at each time.
 */
export async function answerFromContext<R extends Result>(
  contexts: KnownContexts,
  operation: PreparedOperation,
  run: (contexts: KnownContexts) => Promise<R>,
): Promise<R | (KnownAnswer & { readonly errors?: never })> {
  const customerId = contextAskedBy(operation);
  if (customerId === null) return run(contexts);
  const known = await contexts.current(customerId);
  const kept = known?.answers.get(operation.operation) ?? new Map<string, KnownAnswer>();
  const key = `${operation.rightsClass}|${JSON.stringify(operation.variables)}`;
  const answer = kept.get(key);
  if (answer) return answer;
  const result = await run({ current: () => Promise.resolve(known) });
  if (known && result.data && !result.errors && known.answers.size + kept.size < MOST_ANSWERS)
    known.answers.set(operation.operation, kept.set(key, { data: result.data, subjects: result.subjects }));
  return result;
}

type Shown = { readonly id: string } | { readonly variable: string } | null;
const shownBy = new WeakMap<OperationDefinitionNode, Shown>();

/** Whose context, and nothing else, an operation shows to its viewer. Null: not known before it runs. */
export function contextAskedBy({ operation, variables, viewer }: PreparedOperation): string | null {
  let shown = shownBy.get(operation);
  if (shown === undefined) shownBy.set(operation, (shown = findShown(operation)));
  // Who sees only their own is a class of one, and whom it sees is asked of the database.
  if (shown === null || reachOf(viewer, 'context:read') !== 'all') return null;
  const id = 'id' in shown ? shown.id : variables[shown.variable];
  return typeof id === 'string' && kindOfId(id) === 'customer' ? id : null;
}

function findShown({ operation, selectionSet, directives }: OperationDefinitionNode): Shown {
  const [field, ...others] = selectionSet.selections;
  if (operation !== 'query' || directives?.length || others.length > 0) return null;
  if (field?.kind !== Kind.FIELD || field.name.value !== 'contextPacket' || field.directives?.length) return null;
  const value = field.arguments?.find(({ name }) => name.value === 'customerId')?.value;
  if (value?.kind === Kind.VARIABLE) return { variable: value.name.value };
  return value?.kind === Kind.STRING ? { id: value.value } : null;
}
