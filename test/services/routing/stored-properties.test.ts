import { randomInt } from 'node:crypto';

import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../../src/database/open-database.ts';
import { assignConversation, unassignConversation } from '../../../src/services/conversations/assign-conversation.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { activatePolicy } from '../../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../../src/services/routing/policies/create-policy.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../../src/services/routing/settle-routing.ts';
import { acceptOffer, rejectOffer } from '../../../src/services/routing/tasks/answer-offer.ts';
import type { Scope } from '../../../src/services/scope.ts';
import type { AgentId, ConversationId } from '../../../src/values/ids.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import type { Presence } from '../../../src/values/vocabulary.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

// The rules once more, read from the rows alone, after several acts at once from two boards. Longer: ROUTING_RUNS=500 npm test -- test/services/routing/stored-properties.test.ts
const runs = Number(process.env['ROUTING_RUNS'] ?? 5);
const seed = Number(process.env['ROUTING_SEED'] ?? randomInt(1_000_000));

const { database, sql, applicationUrl } = await withDatabase();
const other = openDatabase(applicationUrl, { poolSize: 6, statementTimeoutMs: 20_000 });
afterAll(() => other.close());
const base = aScope(database, 'admin');
const START = base.now.getTime();
const RELAXED_AFTER_SECONDS = 30;
const CAPACITIES = [1, 2, 3];
const SKILLS = [{ 'language:fi': 5 }, { 'language:fi': 3, 'language:sv': 3 }, {}];

await ensureInbox(base, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
const policyId = await createPolicy(base, {
  document: JSON.stringify({
    declineSeconds: 60,
    offers: { acceptSeconds: 20, wrapUpSeconds: 10 },
    requirements: [{ skill: 'language:{value}', signal: 'language' }],
    steps: [{ afterSeconds: 0 }, { afterSeconds: RELAXED_AFTER_SECONDS, drop: ['language'] }],
  }),
});
const [policy] = await sql<{ version: number }[]>`select version from routing_policies where id = ${policyId}`;
await activatePolicy(base, { version: policy!.version });

type Act =
  | { kind: 'arrive'; language: string }
  | { kind: 'presence'; pick: number; presence: Presence }
  | { kind: 'accept' | 'reject' | 'resolve' | 'unassign'; pick: number }
  | { kind: 'transfer'; pick: number; to: number }
  | { kind: 'settle' };

const pick = fc.nat(1_000);
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('arrive' as const), language: fc.constantFrom('fi', 'sv', 'en') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('presence' as const),
      pick,
      presence: fc.constantFrom('online' as const, 'online' as const, 'offline' as const, 'away' as const),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({ kind: fc.constantFrom('accept' as const, 'accept' as const, 'reject' as const), pick }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('resolve' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unassign' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('transfer' as const), pick, to: pick }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'settle' as const }) },
);
/** What happens at once, by turns in the two processes, and how long after what was before. */
const days = fc.array(
  fc.record({ pauseSeconds: fc.integer({ min: 0, max: 15 }), acts: fc.array(acts, { minLength: 1, maxLength: 5 }) }),
  { minLength: 4, maxLength: 14 },
);

let count = 0;

/** A house with agents of its own, of whom nobody else asks anything. */
class House {
  readonly agents: AgentId[] = [];
  readonly conversations: ConversationId[] = [];
  /** Nobody tried to end these: they are served, or wait. */
  readonly wanted = new Set<ConversationId>();
  private now = START + (count += 1) * 10_000_000;

  static async open(): Promise<House> {
    await sql`update routing_tasks set state = 'canceled', due_at = null, agent_id = null where state not in ('completed', 'canceled')`;
    await sql`update routing_reservations set state = 'canceled' where state = 'pending'`;
    await sql`update conversations set status = 'resolved', assignee_id = null`;
    await sql`update agents set presence = 'offline', load = 0`;
    await sql`delete from agent_skills`;
    const house = new House();
    for (const [i, capacity] of CAPACITIES.entries()) {
      const agent = { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity, skills: SKILLS[i]! };
      const id = await ensureAgent(house.at(), agent);
      await setPresence(house.at(), id, 'online');
      house.agents.push(id);
    }
    return house;
  }

  pass(seconds: number): void {
    this.now += seconds * 1_000;
  }

  at(turn = 0): Scope {
    return { ...base, db: turn % 2 === 0 ? database : other, now: new Date(this.now) };
  }

  /** Whatever is refused changes nothing. */
  async perform(act: Act, turn: number): Promise<void> {
    try {
      await this.act(act, this.at(turn));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  async rest(): Promise<void> {
    await Promise.all([0, 1].map((turn) => settleRouting(this.at(turn))));
    while ((await settleRouting(this.at())) > 0);
  }

  private async act(act: Act, scope: Scope): Promise<void> {
    switch (act.kind) {
      case 'arrive': {
        const id = await this.arrive(scope, act.language);
        await routeConversation(scope, id);
        return;
      }
      case 'presence':
        await setPresence(scope, this.agents[act.pick % this.agents.length]!, act.presence);
        return;
      case 'settle':
        await settleRouting(scope);
        return;
      case 'accept':
      case 'reject': {
        const offers = await sql<{ id: string; agentId: AgentId }[]>`
          select id, agent_id from routing_reservations where state = 'pending' order by id`;
        const offer = offers[act.pick % Math.max(1, offers.length)];
        if (!offer) return;
        const answer = act.kind === 'accept' ? acceptOffer : rejectOffer;
        await answer({ ...scope, viewer: { ...scope.viewer, agentId: offer.agentId } }, offer.id);
        return;
      }
      default: {
        const id = this.conversations[act.pick % Math.max(1, this.conversations.length)];
        if (!id) return;
        if (act.kind === 'transfer') {
          await assignConversation(scope, id, { agentId: this.agents[act.to % this.agents.length]! });
          return;
        }
        // It may be done before it is told.
        this.wanted.delete(id);
        await (act.kind === 'resolve' ? resolveConversation(scope, id) : unassignConversation(scope, id));
      }
    }
  }

  private async arrive(scope: Scope, language: string): Promise<ConversationId> {
    const { conversationId } = await receiveMessage(scope, {
      inbox: 'chat',
      sender: { kind: 'email', value: `s${(count += 1)}@example.com` },
      ...{ externalId: `x${(count += 1)}`, text: '…', language, occurredAt: scope.now },
    });
    this.conversations.push(conversationId);
    this.wanted.add(conversationId);
    return conversationId;
  }

  /** What must be true whenever nothing is under way. */
  async check(): Promise<void> {
    const now = this.now;
    const agents = await sql<AgentRow[]>`
      select a.id, a.presence, a.capacity, a.load, coalesce((select jsonb_object_agg(s.skill, s.level) from agent_skills s where s.agent_id = a.id), '{}') as skills,
        (select count(*)::int from conversations c where c.assignee_id = a.id and c.status <> 'resolved')
          + (select count(*)::int from routing_tasks t where t.agent_id = a.id and t.state in ('reserved', 'wrapping')) as work
      from agents a where a.id = any (${this.agents as string[]}::text[])`;
    for (const { load, work, capacity } of agents) {
      expect(load).toBe(work);
      expect(load).toBeLessThanOrEqual(capacity);
    }
    const tasks = await sql<TaskRow[]>`
      select c.id as conversation_id, c.status, c.assignee_id, t.id, t.state, t.agent_id, t.waiting_since, t.declines, t.signals -> 'language' ->> 'value' as language,
        array(select r.agent_id from routing_reservations r where r.task_id = t.id and r.state = 'pending') as offered
      from conversations c join routing_tasks t on t.conversation_id = c.id and t.state in ('pending', 'reserved', 'assigned')
      where c.id = any (${this.conversations as string[]}::text[])`;
    const byConversation = Map.groupBy(tasks, ({ conversationId }) => conversationId);
    for (const id of this.wanted) expect(byConversation.get(id)).toHaveLength(1);
    for (const task of tasks) {
      const [holder, assignee, offered] = {
        pending: [null, null, []],
        reserved: [task.agentId, null, [task.agentId]],
        assigned: [task.agentId, task.agentId, []],
      }[task.state] as [AgentId | null, AgentId | null, AgentId[]];
      expect({ ...task, status: 'open' }).toMatchObject({
        status: task.status,
        agentId: holder,
        assigneeId: assignee,
        offered,
      });
    }
    // Nobody waits while somebody who is fit is free.
    const isKnown = (skill: string) => agents.some(({ skills }) => skill in skills);
    for (const task of tasks.filter(({ state }) => state === 'pending')) {
      const skill = `language:${task.language}`;
      const isRelaxed = now - task.waitingSince.getTime() >= RELAXED_AFTER_SECONDS * 1_000 || !isKnown(skill);
      const idle = agents.filter(
        ({ id, presence, load, capacity, skills }) =>
          presence === 'online' &&
          load < capacity &&
          (isRelaxed || skill in skills) &&
          !task.declines.some((decline) => decline.agentId === id && now < decline.until),
      );
      expect({ task, idle }).toEqual({ task, idle: [] });
    }
    // A task goes through the steps in their order.
    const backwards = await sql`
      select task_id from (
        select d.task_id, (d.circumstances ->> 'stepIndex')::int as step, lag((d.circumstances ->> 'stepIndex')::int)
          over (partition by d.task_id order by d.decided_at, d.id) as before
        from routing_decisions d where d.conversation_id = any (${this.conversations as string[]}::text[])
      ) d where step < before`;
    expect([...backwards]).toEqual([]);
  }

  /** Everybody comes, and takes what is offered: all that is still wanted has exactly one agent. */
  async finish(): Promise<void> {
    await sql`update agents set capacity = 100 where id = any (${this.agents as string[]}::text[])`;
    for (const id of this.agents) await setPresence(this.at(), id, 'online');
    this.pass(200);
    await this.rest();
    for (;;) {
      const offers = await sql<{ id: string; agentId: AgentId }[]>`
        select id, agent_id from routing_reservations where state = 'pending' order by id`;
      if (offers.length === 0) break;
      await Promise.all(
        offers.map(({ id, agentId }, turn) => {
          const scope = this.at(turn);
          return acceptOffer({ ...scope, viewer: { ...scope.viewer, agentId } }, id);
        }),
      );
      await this.rest();
    }
    await this.check();
    const served = await sql<{ id: ConversationId }[]>`
      select c.id from conversations c join routing_tasks t on t.conversation_id = c.id and t.state = 'assigned' and t.agent_id = c.assignee_id
      where c.id = any (${[...this.wanted] as string[]}::text[])`;
    expect(new Set(served.map(({ id }) => id))).toEqual(this.wanted);
  }
}

interface AgentRow {
  readonly id: AgentId;
  readonly presence: Presence;
  readonly capacity: number;
  readonly load: number;
  readonly skills: Readonly<Record<string, number>>;
  readonly work: number;
}

interface TaskRow {
  readonly conversationId: ConversationId;
  readonly status: string;
  readonly assigneeId: AgentId | null;
  readonly id: string;
  readonly state: 'pending' | 'reserved' | 'assigned';
  readonly agentId: AgentId | null;
  readonly waitingSince: Date;
  readonly declines: readonly { agentId: AgentId; until: number }[];
  readonly language: string;
  readonly offered: readonly AgentId[];
}

test(
  `whatever happens at once in two processes: nobody gets more than their places, nothing is lost or doubled, nobody waits while somebody fit is free (seed ${seed})`,
  async () => {
    await fc.assert(
      fc.asyncProperty(days, async (day) => {
        const house = await House.open();
        for (const round of day) {
          house.pass(round.pauseSeconds);
          await Promise.all(round.acts.map((act, turn) => house.perform(act, turn)));
          await house.rest();
          await house.check();
        }
        await house.finish();
      }),
      { numRuns: runs, seed, endOnFailure: true },
    );
  },
  300_000 + runs * 10_000,
);

test('equals get equal shares, whichever process decides', async () => {
  const house = await House.open();
  await sql`update agents set capacity = 20`;
  await sql`delete from agent_skills`;
  for (let round = 0; round < 6; round += 1) {
    house.pass(1);
    await Promise.all([0, 1].map((turn) => house.perform({ kind: 'arrive', language: 'fi' }, turn)));
  }
  const loads = await sql`select load from agents where id = any (${house.agents as string[]}::text[])`;
  expect(loads.map(({ load }) => load as number)).toEqual([4, 4, 4]);
});
