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

const TARGETS = ['agentId', 'teamId', 'bot', 'locationId', 'skill'] as const;

/** The party that is meant. Refuses with INVALID_INPUT when it is not exactly one, with NOT_FOUND when there is no such one. */
export async function readTarget(
  tx: TransactionScope,
  to: HandoffTarget,
  {
    at = ['input', 'to'],
    among = TARGETS,
  }: { at?: readonly string[]; among?: readonly (typeof TARGETS)[number][] } = {},
): Promise<Target> {
  const named = among.filter((name) => to[name] != null);
  const [name] = named;
  if (named.length !== 1 || !name) {
    const names = among.map((one) => `\`${one}\``);
    throw new Refusal('INVALID_INPUT', `Name exactly one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}.`, [
      ...at,
    ]);
  }
  if (name === 'skill') return readSkill(tx, to.skill!, at);
  const id = to[name]!;
  const [row] = await FIND[name](tx, id);
  if (!row) throw new Refusal('NOT_FOUND', NOT_FOUND[name], [...at, name]);
  return { kind: KIND[name], id: row.id } as Target;
}

/** Nobody would ever come to a conversation that waits for what nobody can do. */
async function readSkill(
  tx: TransactionScope,
  { skill, level: asked }: SkillAsked,
  at: readonly string[],
): Promise<Target> {
  const level = asked ?? 1;
  checkWhole(level, [...at, 'skill', 'level'], 1, 5);
  const [known] = await tx.db.sql`select 1 from agent_skills where skill = ${skill} and level >= ${level} limit 1`;
  if (known) return { kind: 'skill', id: skill, level };
  throw new Refusal('NOT_FOUND', `No agent has this skill at level ${level} or higher.`, [...at, 'skill']);
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
