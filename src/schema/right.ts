import { Extensions } from 'type-graphql';

import type { Right as RightName } from '../values/rights.ts';

const PREFIX = 'right@';

/**
 * The right that a type or a field asks for. A field without one asks for its type's; the build fails where neither has one.
 * Checked once per document and class of rights before execution, on every transport.
 *
 * type-graphql merges the extensions of a class with those of the classes it extends, and the parent's win. So each level of
 * inheritance writes its own key, and the deepest one counts: a type that extends Node keeps its own right.
 */
export const Right =
  (right: RightName): ClassDecorator & MethodDecorator & PropertyDecorator =>
  (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const extend = Extensions({ [`${PREFIX}${depthOf(key === undefined ? target : target.constructor)}`]: right });
    if (key === undefined) (extend as (target: object) => void)(target);
    else extend(target, key, descriptor as TypedPropertyDescriptor<unknown>);
  };

/** The right among the extensions of a type or field. Undefined: it has none of its own. */
export function rightIn(extensions: Readonly<Record<string, unknown>>): unknown {
  const levels = Object.keys(extensions)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => Number(key.slice(PREFIX.length)));
  return levels.length === 0 ? undefined : extensions[`${PREFIX}${Math.max(...levels)}`];
}

function depthOf(target: object): number {
  let depth = 0;
  for (let level: unknown = target; typeof level === 'function'; level = Object.getPrototypeOf(level)) depth += 1;
  return depth;
}
