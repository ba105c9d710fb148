import { checkWhole } from '../../values/check-input.ts';
import type { AgentId, LocationId, TeamId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { TransactionScope } from '../scope.ts';

/** To whom a conversation is handed: exactly one of them. */
export interface HandoffTarget {
  readonly agentId?: string | null;
  readonly teamId?: string | null;
  /** Principal of a bot: the id of its key, or what its token makes of it. */
  readonly bot?: string | null;
  readonly locationId?: string | null;
  /** Whoever has it: routing looks for them. */
  readonly skill?: SkillAsked | null;
}

export interface SkillAsked {
  /** `class:name`. */
  readonly skill: string;
  /** The lowest level that will do, 1 to 5; 1 unless told. */
  readonly level?: number | null;
}

type Target =
  | { readonly kind: 'agent'; readonly id: AgentId }
  | { readonly kind: 'team'; readonly id: TeamId }
  | { readonly kind: 'bot'; readonly id: string }
  | { readonly kind: 'store'; readonly id: LocationId }
  | { readonly kind: 'skill'; readonly id: string; readonly level: number };

/** The party that is meant. Refuses with INVALID_INPUT when it is not exactly one, with NOT_FOUND when there is no such one. */
export async function readTarget(tx: TransactionScope, to: HandoffTarget): Promise<Target> {
  const named = (['agentId', 'teamId', 'bot', 'locationId', 'skill'] as const).filter((name) => to[name] != null);
  const [name] = named;
  if (named.length !== 1 || !name)
    throw new Refusal('INVALID_INPUT', 'Name exactly one of `agentId`, `teamId`, `bot`, `locationId` and `skill`.', [
      'input',
      'to',
    ]);
  if (name === 'skill') return readSkill(tx, to.skill!);
  const id = to[name]!;
  const [row] = await FIND[name](tx, id);
  if (!row) throw new Refusal('NOT_FOUND', NOT_FOUND[name], ['input', 'to', name]);
  return { kind: KIND[name], id: row.id } as Target;
}

/** Nobody would ever come to a conversation that waits for what nobody can do. */
async function readSkill(tx: TransactionScope, { skill, level: asked }: SkillAsked): Promise<Target> {
  const level = asked ?? 1;
  checkWhole(level, ['input', 'to', 'skill', 'level'], 1, 5);
  const [known] = await tx.db.sql`select 1 from agent_skills where skill = ${skill} and level >= ${level} limit 1`;
  if (known) return { kind: 'skill', id: skill, level };
  throw new Refusal('NOT_FOUND', `No agent has this skill at level ${level} or higher.`, ['input', 'to', 'skill']);
}

const KIND = { agentId: 'agent', teamId: 'team', bot: 'bot', locationId: 'store' } as const;
const NOT_FOUND = {
  agentId: 'There is no agent with this id.',
  teamId: 'There is no team with this id.',
  bot: 'There is no bot with this principal: give the id of its key.',
  locationId: 'There is no store with this id.',
};

type Find = (tx: TransactionScope, id: string) => Promise<{ id: string }[]>;
const FIND: Record<keyof typeof KIND, Find> = {
  agentId: (tx, id) => tx.db.sql`select id from agents where id = ${id}`,
  teamId: (tx, id) => tx.db.sql`select id from teams where id = ${id}`,
  // A bot that comes with a token of the company's own has no row here: its name is believed.
  bot: async (tx, id) =>
    /^jwt:[\w-]{8,200}$/.test(id)
      ? [{ id }]
      : tx.db.sql`
          select id from api_keys
          where id = ${id} and role = 'bot' and revoked_at is null and coalesce(expires_at > ${tx.now}, true)`,
  locationId: (tx, id) => tx.db.sql`select id from locations where id = ${id} and kind = 'store'`,
};
