import type { AgentId } from '../../../values/ids.ts';
import type { AgentIndex } from './agent-index.ts';
import type { Alternative } from './plan-task.ts';
import type { AgentOnBoard } from './pool.ts';

/** Who is to be found for advice. */
export interface AdviceWanted extends Alternative {
  /** Those who have to do with it already, or did not want to lately. */
  readonly except: ReadonlySet<string>;
  /** Those who think about other questions at the moment: asked only where there is nobody else. */
  readonly asked: ReadonlySet<string>;
}

/** Whoever is fit for it, at work and has room for it, the best first: the highest levels, then the most free places, then who has been idle longest. */
export function findAdvisers(agents: AgentIndex, { except, asked, ...alternative }: AdviceWanted): AgentId[] {
  const levels = ({ agent }: AgentOnBoard) =>
    alternative.required.reduce((sum, { skill }) => sum + (agent.skills[skill] ?? 0), 0);
  const isAsked = ({ id }: AgentOnBoard) => Number(asked.has(id));
  return [...agents.fitFor({ alternatives: [alternative] })]
    .filter((places) => !except.has(places.id) && places.roomForAdvice() !== null)
    .sort(
      (a, b) =>
        isAsked(a) - isAsked(b) ||
        levels(b) - levels(a) ||
        b.freeShare - a.freeShare ||
        a.lastWorkAt - b.lastWorkAt ||
        (a.id < b.id ? -1 : 1),
    )
    .map(({ id }) => id);
}
