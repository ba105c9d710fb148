import { openDatabase, type Database } from '../../src/database/open-database.ts';
import { resolveConversation } from '../../src/services/conversations/resolve-conversation.ts';
import { ROLE_RIGHTS } from '../../src/services/access/role-rights.ts';
import { routeConversation } from '../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../src/services/routing/settle-routing.ts';
import type { Scope } from '../../src/services/scope.ts';
import type { Right } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { countStatements } from '../../test/support/count-statements.ts';
import type { Ground } from '../bench.ts';
import { seededRandom } from '../random.ts';
import { copyDatabase, dropDatabase } from '../seed/seeded-database.ts';

export interface HouseSize {
  readonly agents: number;
  readonly waiting: number;
}

/** What one of the times of a window is of. */
export type StoredKind = 'seat' | 'arrival';

export interface StoredWindow {
  readonly milliseconds: Record<StoredKind, number[]>;
  readonly statements: Record<StoredKind, number[]>;
}

/** What went on in each second. */
export interface SustainedRate {
  /** Arrivals and seats, each in the journal and on record. */
  readonly perSecond: number;
  readonly arrivals: number;
  readonly seats: number;
  /** Decisions that steps brought about, which do not count. */
  readonly steps: number;
  readonly resolved: number;
  /** Asked of the database for each decision that counts, without those of the resolving. */
  readonly statementsEach: number;
}

const PLACES = 4;
const POOL = 16;
const LANGUAGES = ['fi', 'en', 'sv', 'et', 'de'];
const AREAS = ['delivery', 'returns', 'payment', 'product', 'account', 'loyalty', 'stores', 'repairs'];
const CHANNELS = ['live_chat', 'whatsapp'];

/** One, as where a bot asks for agents: decisions of one viewer may share a transaction. */
const VIEWER: Viewer = {
  principal: 'system:bench',
  role: 'admin',
  rights: new Set(Object.keys(ROLE_RIGHTS.admin) as Right[]),
  ...{ agentId: null, partnerId: null, customerId: null, expiresAt: null },
};

/** Rows of a contact centre at work, and the services over them: every agent has all it can take, the rest waits. */
export class StoredHouse {
  private readonly database: Database;
  private readonly counter: ReturnType<typeof countStatements>;
  private readonly random = seededRandom(11);
  private readonly discard: () => Promise<void>;
  private held: string[] = [];
  private arriving: string[] = [];

  private constructor(database: Database, discard: () => Promise<void>) {
    this.database = database;
    this.counter = countStatements(database);
    this.discard = discard;
  }

  /** With so many conversations that can be routed later. */
  static async open(
    { postgres, database: seeded, options }: Pick<Ground, 'postgres' | 'database' | 'options'>,
    { size, arrivals }: { readonly size: HouseSize; readonly arrivals: number },
  ): Promise<StoredHouse> {
    const name = await copyDatabase(postgres, seeded, `routing_${size.agents}`);
    const database = openDatabase(postgres.urlOf(name), { poolSize: POOL, statementTimeoutMs: 60_000 });
    const house = new StoredHouse(database, async () => {
      await database.close();
      await dropDatabase(postgres, name);
    });
    await house.furnish(size, { customers: options.customers, arrivals });
    return house;
  }

  close(): Promise<void> {
    return this.discard();
  }

  /** Decisions one after the other, each timed from the call to the commit, with what each asks of the database. */
  async measure(count: number): Promise<StoredWindow> {
    const window: StoredWindow = { milliseconds: { seat: [], arrival: [] }, statements: { seat: [], arrival: [] } };
    const { database } = this.counter;
    const timed = async (kind: StoredKind, decide: () => Promise<unknown>) => {
      const [from, asked] = [performance.now(), this.counter.count()];
      await decide();
      window.milliseconds[kind].push(performance.now() - from);
      window.statements[kind].push(this.counter.count() - asked);
    };
    await this.look();
    for (let i = 0; i < count; i += 1) {
      await resolveConversation(this.scope(), this.next(this.held));
      await timed('seat', () => settleRouting(this.scope(database)));
      await timed('arrival', () => routeConversation(this.scope(database), this.next(this.arriving)));
      // What steps brought about meanwhile is not counted to the next seat.
      await settleRouting(this.scope());
    }
    return window;
  }

  /**
   * As many as several at once can do, each of whom resolves a conversation and asks for an agent for another, again and again. A resolving is no decision,
   * and its time is not taken out of the figure; nor is one that a step brings about by time alone, of which there are more the longer it takes.
   */
  async saturate(writers: number, seconds: number): Promise<SustainedRate> {
    await this.look();
    const before = await this.decided();
    const from = performance.now();
    const asked = this.counter.count();
    const isOver = () => performance.now() - from > seconds * 1_000;
    const { database } = this.counter;
    // As live/pull-work.ts does it: one pull at a time, and one more for all that asked meanwhile.
    const asking = { isAsked: false, pulling: Promise.resolve(), isPulling: false };
    const pull = async () => {
      for (; asking.isAsked; await settleRouting(this.scope(database))) asking.isAsked = false;
      asking.isPulling = false;
    };
    const ask = () => {
      asking.isAsked = true;
      if (asking.isPulling) return;
      asking.isPulling = true;
      asking.pulling = pull();
    };
    const count = { resolved: 0, arrived: 0, arrivedAndGiven: 0 };
    const writing = Array.from({ length: writers }, async () => {
      while (!isOver()) {
        await resolveConversation(this.scope(), this.next(this.held));
        count.resolved += 1;
        ask();
        const { assigneeId } = await routeConversation(this.scope(database), this.next(this.arriving));
        count.arrived += 1;
        if (assigneeId !== null) count.arrivedAndGiven += 1;
      }
    });
    await Promise.all(writing);
    await asking.pulling;
    const took = (performance.now() - from) / 1_000;
    const after = await this.decided();
    const records = after.records - before.records;
    if (records !== after.events - before.events) throw new Error('Decisions in the journal are not those on record.');
    const seats = after.given - before.given - count.arrivedAndGiven;
    const decided = count.arrived + seats;
    return {
      perSecond: decided / took,
      arrivals: count.arrived / took,
      seats: seats / took,
      steps: (records - decided) / took,
      resolved: count.resolved / took,
      statementsEach: (this.counter.count() - asked) / decided,
    };
  }

  private async decided(): Promise<{ records: number; given: number; events: number }> {
    const [row] = await this.database.sql<{ records: number; given: number; events: number }[]>`
      select (select count(*)::int from routing_decisions) as records,
        (select count(*)::int from routing_decisions where chosen_agent_id is not null) as given,
        (select count(*)::int from events where type = 'routing.decided') as events`;
    return row!;
  }

  private scope(db: Database = this.database): Scope {
    return { db, viewer: VIEWER, now: db.now() };
  }

  /** One at random, which is taken out. */
  private next(ids: string[]): string {
    if (ids.length === 0) throw new Error('The house has run out of conversations.');
    const place = Math.floor(this.random() * ids.length);
    const id = ids[place]!;
    ids[place] = ids.at(-1)!;
    ids.pop();
    return id;
  }

  private async look(): Promise<void> {
    const held = await this.database.sql<{ id: string }[]>`
      select conversation_id as id from routing_tasks where state = 'assigned' order by id`;
    this.held = held.map(({ id }) => id);
  }

  private async furnish(
    { agents, waiting }: HouseSize,
    { customers, arrivals }: { customers: number; arrivals: number },
  ): Promise<void> {
    const { sql } = this.database;
    const held = agents * PLACES;
    const id = (prefix: string) => sql`${`${prefix}_house`} || lpad(i::text, 21, '0')`;
    const oneOf = (words: string[], salt: number) =>
      sql`(${words}::text[])[1 + ((hashint8(i * 31 + ${salt}) & 65535) % ${words.length}::int)]`;
    const skillsOf = (kind: string, names: string[], among: number) => sql`
      insert into agent_skills (agent_id, skill, level)
      select ${id('agt')}, ${`${kind}:`} || name, 1 + (hashint8(i * 7 + n) & 65535) % 5
      from generate_series(0, ${agents - 1}::int) i, unnest(${names}::text[]) with ordinality as names(name, n)
      where (hashint8(i * 13 + n * 101) & 65535) % 100 < ${among}::int`;
    // Who is in the seed goes home, so that only these work.
    await sql`update agents set presence = 'offline'`;
    await sql`
      insert into agents (id, external_id, name, presence, presence_changed_at, capacity, load, last_work_at, created_at)
      select ${id('agt')}, 'house-' || i, 'House agent ' || i, 'online', now() - interval '1 hour', ${PLACES}::int, ${PLACES}::int,
        now() - (hashint8(i) & 65535) % 600 * interval '1 second', now()
      from generate_series(0, ${agents - 1}::int) i`;
    await skillsOf('language', LANGUAGES, 35);
    await skillsOf('area', AREAS, 40);
    await skillsOf('channel', CHANNELS, 50);
    // First those that agents have, then those that wait, then those that will come. Over an hour, so that few reach a step at a moment.
    await sql`
      insert into conversations (id, reference, customer_id, subject, language, status, assignee_id, inbox_id, channel, opened_at, last_message_at,
        control_kind, control_id)
      select ${id('cnv')}, 'H-' || i, c.id, 'Question', ${oneOf(LANGUAGES, 1)}, 'open', a.id, n.id, ${oneOf(CHANNELS, 3)}, now(), now(),
        case when a.id is not null then 'agent' end, a.id
      from generate_series(0, ${held + waiting + arrivals - 1}::int) i
      join (select id, row_number() over (order by id) - 1 as n from customers) c on c.n = i % ${customers}::int
      cross join (select id from inboxes order by id limit 1) n
      left join lateral (select ${id('agt')} as id from (select i / ${PLACES}::int as i) x where i < ${agents}::int) a on true`;
    await sql`
      insert into conversation_signals (conversation_id, name, source, valid_from, value)
      select ${id('cnv')}, 'areas', 'bot:bench', now(), jsonb_build_array(${oneOf(AREAS, 2)})
      from generate_series(0, ${held + waiting + arrivals - 1}::int) i`;
    await sql`
      insert into routing_tasks (id, conversation_id, customer_id, state, channel, signals, waiting_since, is_transfer, earlier_agent_ids, declines,
        agent_id, agent_since)
      select ${id('rtk')}, c.id, c.customer_id, case when c.assignee_id is null then 'pending' else 'assigned' end, c.channel,
        jsonb_build_object('language', jsonb_build_object('value', c.language, 'source', 'conversation', 'at', 0),
          'areas', jsonb_build_object('value', s.value, 'source', 'bot:bench', 'at', 0)),
        now() - (hashint8(i) & 65535) % 3600 * interval '1 second', false, '{}', '[]', c.assignee_id,
        case when c.assignee_id is not null then now() end
      from generate_series(0, ${held + waiting - 1}::int) i
      join conversations c on c.id = ${id('cnv')} join conversation_signals s on s.conversation_id = c.id`;
    const coming = await sql<{ id: string }[]>`
      select ${id('cnv')} as id from generate_series(${held + waiting}::int, ${held + waiting + arrivals - 1}::int) i`;
    this.arriving = coming.map((row) => row.id);
    await sql`analyze agents, agent_skills, conversations, conversation_signals, routing_tasks`;
    // Each that waits has its first decision, as it would have had.
    while ((await settleRouting(this.scope())) > 0);
  }
}
