import type { Scope } from '../services/scope.ts';

/** Loaders batch the look-ups of one request (or one event of a stream). Never kept longer: their cache knows no rights but this viewer's. */
export function makeLoaders(_scope: Scope) {
  return {};
}
export type Loaders = ReturnType<typeof makeLoaders>;
