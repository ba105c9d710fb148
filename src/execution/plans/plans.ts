import { Kind, visit, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';

import { BoundedMap } from '../bounded-map.ts';
import { makePlan, type Plan } from './plan.ts';

export interface PlanSettings {
  /** How often an operation has run before it gets a plan: who comes once leaves nothing behind. */
  readonly runsBefore: number;
  /** Plans made in a second, by all. What comes above it runs without. */
  readonly perSecond: number;
  /** Plans kept. */
  readonly most: number;
}

const DEFAULT_PLAN_SETTINGS: PlanSettings = { runsBefore: 1, perSecond: 20, most: 500 };

/** An operation may have one for each set of answers to its `@skip` and `@include`; more than this are somebody's game. */
const MOST_OF_ONE = 8;

/** What is known of an operation that ran. */
interface Known {
  readonly id: number;
  runs: number;
  /** Answers that have, or had, a plan. */
  readonly planned: Set<string>;
  /** Variables that stand in `@skip` and `@include`. */
  readonly conditions: readonly string[];
}

/** The plan for this run of an operation; null: it runs without one. */
export type PlanFor = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
) => Plan | null;

/** Makes plans for operations that come again, few at a time, and keeps those that are used. */
export function planning(schema: GraphQLSchema, settings: PlanSettings = DEFAULT_PLAN_SETTINGS): PlanFor {
  const known = new WeakMap<OperationDefinitionNode, Known>();
  const plans = new BoundedMap<{ readonly plan: Plan | null }>(settings.most);
  let ids = 0;
  let second = 0;
  let madeThisSecond = 0;

  const mayMake = (): boolean => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) [second, madeThisSecond] = [now, 0];
    madeThisSecond += 1;
    return madeThisSecond <= settings.perSecond;
  };

  return (document, operation, variables) => {
    // A change is rare beside reads, and its fields run one after the other: graphql-js does that.
    if (operation.operation === 'mutation') return null;
    let of = known.get(operation);
    if (!of) {
      of = { id: (ids += 1), runs: 0, planned: new Set(), conditions: conditionsOf(document) };
      known.set(operation, of);
    }
    of.runs += 1;
    if (of.runs <= settings.runsBefore) return null;
    const answers = of.conditions.map((name) => variables[name]);
    const key = answers.length === 0 ? String(of.id) : `${of.id} ${answers.join()}`;
    const kept = plans.get(key);
    if (kept) return kept.plan;
    if (of.planned.size >= MOST_OF_ONE && !of.planned.has(key)) return null;
    if (!mayMake()) return null;
    of.planned.add(key);
    const conditions = Object.fromEntries(of.conditions.map((name, i) => [name, answers[i]]));
    const plan = planOrNull(schema, document, operation, conditions);
    plans.set(key, { plan });
    return plan;
  };
}

/** An operation that cannot be planned fails while it runs, with a path to where: that is graphql-js's to say. */
function planOrNull(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Readonly<Record<string, unknown>>,
): Plan | null {
  const fragments = Object.fromEntries(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  try {
    return makePlan({ schema, fragments, conditions }, operation);
  } catch {
    return null;
  }
}

function conditionsOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ arguments: given }) => {
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
