import type { Demand } from './plan-task.ts';
import { isFit, type AgentOnBoard } from './pool.ts';

/** All agents of the board, by id, by skill and by team. */
export class AgentIndex {
  readonly all = new Map<string, AgentOnBoard>();
  private readonly bySkill = new Map<string, Set<AgentOnBoard>>();
  private readonly byTeam = new Map<string, Set<AgentOnBoard>>();

  /** Whether any agent has this skill, at whatever level. */
  has(skill: string): boolean {
    return (this.bySkill.get(skill)?.size ?? 0) > 0;
  }

  add(places: AgentOnBoard): void {
    const { skills, teamIds } = places.agent;
    this.all.set(places.id, places);
    for (const skill of Object.keys(skills)) addTo(this.bySkill, skill, places);
    for (const team of teamIds) addTo(this.byTeam, team, places);
  }

  remove(places: AgentOnBoard): void {
    const { skills, teamIds } = places.agent;
    this.all.delete(places.id);
    for (const skill of Object.keys(skills)) this.bySkill.get(skill)?.delete(places);
    for (const team of teamIds) this.byTeam.get(team)?.delete(places);
  }

  /** Who is fit for a demand, found from the rarest thing that each alternative asks for. */
  fitFor(demand: Pick<Demand, 'alternatives'>): Set<AgentOnBoard> {
    const fit = new Set<AgentOnBoard>();
    for (const { required, teams } of demand.alternatives) {
      const narrowest = [
        ...required.map(({ skill }) => this.bySkill.get(skill) ?? NOBODY),
        ...(teams === null ? [] : [this.ofTeams(teams)]),
      ].sort((a, b) => a.size - b.size)[0];
      for (const places of narrowest ?? this.all.values()) if (isFit(demand, places.agent)) fit.add(places);
    }
    return fit;
  }

  /** How many are in no team that a demand asks for. */
  outside({ alternatives }: Demand): number {
    const teams = alternatives.map((alternative) => alternative.teams);
    return teams.some((some) => some === null) ? 0 : this.all.size - this.ofTeams(teams.flatMap((some) => some!)).size;
  }

  private ofTeams(teams: readonly string[]): Set<AgentOnBoard> {
    const [only] = teams;
    if (teams.length === 1) return this.byTeam.get(only!) ?? NOBODY;
    return new Set(teams.flatMap((team) => [...(this.byTeam.get(team) ?? NOBODY)]));
  }
}

const NOBODY: Set<AgentOnBoard> = new Set();

function addTo(index: Map<string, Set<AgentOnBoard>>, key: string, places: AgentOnBoard): void {
  const known = index.get(key);
  if (known) known.add(places);
  else index.set(key, new Set([places]));
}
