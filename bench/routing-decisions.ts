import { explainDecision } from '../src/services/routing/core/explain/explain-decision.ts';
import { policyOf } from '../src/services/routing/core/read-policy.ts';
import { RoutingBoard, type Decision } from '../src/services/routing/core/routing-board.ts';
import type { RoutingAgent, RoutingTask } from '../src/services/routing/core/routing-state.ts';
import type { AgentId } from '../src/values/ids.ts';
import type { Bench, Ground } from './bench.ts';
import { seededRandom } from './random.ts';
import type { Figure } from './report.ts';
import { StoredHouse, type StoredKind, type StoredWindow, type SustainedRate } from './routing/stored-house.ts';
import { median, quantile, rounded, spreadOf, type Spread } from './statistics.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const LANGUAGES = ['fi', 'en', 'sv', 'et', 'de'];
const AREAS = ['delivery', 'returns', 'payment', 'product', 'account', 'loyalty', 'stores', 'repairs'];
const CHANNELS = ['live_chat', 'whatsapp', 'email', 'voice'];
const SIZES = {
  small: { agents: 100, waiting: 1_000 },
  large: { agents: 1_000, waiting: 10_000 },
};
const ASKED_MS = 10;
const ASKED_RATIO = 1.5;

const ASKED_PER_SECOND = 300;

/** Decisions of each kind in a window. */
const WINDOW = { full: 3_000, quick: 50 };
/** The same through the database. */
const STORED = { full: 300, quick: 10 };
const QUICK_SIZES = { small: { agents: 10, waiting: 50 }, large: { agents: 30, waiting: 200 } };
const WRITERS = 8;
const SUSTAINED_SECONDS = 8;

export const routingDecisions: Bench = {
  summary:
    'one routing decision with its record, by the core alone and stored: 100 agents and 1,000 waiting tasks beside 1,000 and 10,000; decisions a second',
  async run(ground) {
    measureCore(ground);
    await measureStored(ground);
  },
};

function measureCore({ options, report }: Ground): void {
  const stages = Object.fromEntries(Object.entries(SIZES).map(([name, size]) => [name, new Stage(size)]));
  const count = options.quick ? WINDOW.quick : WINDOW.full;
  for (const stage of Object.values(stages)) stage.measure(count);
  const windows: Windows = {};
  for (let pair = 0; pair < options.pairs; pair += 1)
    for (const [name, stage] of Object.entries(stages))
      for (const [kind, times] of Object.entries(stage.measure(count)))
        ((windows[kind] ??= {})[name] ??= []).push(spreadOf(times));
  for (const [kind, sizes] of Object.entries(windows))
    report.figure(compared(`routing.${kind}.p99`, sizes, { decisionsAWindow: count }));
}

/**
 * Through the services, from the call to the commit. A seat: the look whether there is anything to do, the lock, the board brought up to date, the decision,
 * its record, the task, the reservation, the conversation, the journal. An arrival: besides, what is known of the conversation, and the task opened.
 */
async function measureStored(ground: Ground): Promise<void> {
  const { options, report } = ground;
  const { quick, pairs } = options;
  const count = quick ? STORED.quick : STORED.full;
  const sizes = quick ? QUICK_SIZES : SIZES;
  const arrivals = (pairs + 1) * count + (quick ? 2_000 : 30_000);
  const houses: Record<string, StoredHouse> = {};
  try {
    for (const [name, size] of Object.entries(sizes)) {
      report.progress(`rows of ${size.agents} agents, ${size.waiting} tasks that wait`);
      houses[name] = await StoredHouse.open(ground, {
        size,
        arrivals: name === 'large' ? arrivals : (pairs + 1) * count,
      });
    }
    const spreads: Windows = {};
    const asked: Record<string, Record<StoredKind, number[]>> = {};
    const note = (name: string, { milliseconds, statements }: StoredWindow) => {
      for (const kind of ['seat', 'arrival'] as const) {
        ((spreads[kind] ??= {})[name] ??= []).push(spreadOf(milliseconds[kind]));
        (asked[name] ??= { seat: [], arrival: [] })[kind].push(...statements[kind]);
      }
    };
    for (const house of Object.values(houses)) await house.measure(count);
    for (let pair = 0; pair < pairs; pair += 1) {
      report.progress(`stored decisions: pair ${pair + 1} of ${pairs}`);
      for (const [name, house] of Object.entries(houses)) note(name, await house.measure(count));
    }
    for (const kind of ['seat', 'arrival'] as const) {
      report.figure(compared(`routing.stored.${kind}.p99`, spreads[kind]!, { decisionsAWindow: count }));
      const [large, small] = ['large', 'small'].map((name) => median(asked[name]![kind])) as [number, number];
      report.figure({
        figure: `routing.stored.${kind}.statements`,
        unit: 'statements',
        value: large,
        ratio: rounded(large / small),
        asked: 'as many with the larger as with the smaller',
        met: large === small,
        with: { small, p99: quantile(asked['large']![kind], 0.99), smallP99: quantile(asked['small']![kind], 0.99) },
      });
    }
    const rates: SustainedRate[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      report.progress(`sustained: ${pair + 1} of ${pairs}`);
      rates.push(await houses['large']!.saturate(WRITERS, quick ? 0.5 : SUSTAINED_SECONDS));
    }
    const each = (part: keyof SustainedRate) => rounded(median(rates.map((rate) => rate[part])));
    const perSecond = each('perSecond');
    report.figure({
      figure: 'routing.stored.sustained',
      unit: 'decisions/s',
      value: perSecond,
      asked: `at least ${ASKED_PER_SECOND}, journal and record included`,
      met: perSecond >= ASKED_PER_SECOND,
      with: {
        writers: WRITERS,
        seconds: SUSTAINED_SECONDS,
        counted: 'arrivals and seats; not the resolving by which seats become free, nor steps',
        ...{ arrivals: each('arrivals'), seats: each('seats'), steps: each('steps'), resolved: each('resolved') },
        statementsEach: each('statementsEach'),
      },
    });
  } finally {
    for (const house of Object.values(houses)) await house.close();
  }
}

/** By kind of decision and size of the house, one spread a window. */
type Windows = Record<string, Record<string, Spread[]>>;

function compared(figure: string, sizes: Record<string, Spread[]>, circumstances: Record<string, number>): Figure {
  const medianOf = (name: string, part: keyof Spread) => median(sizes[name]!.map((spread) => spread[part]));
  const p99 = medianOf('large', 'p99');
  const ratio = rounded(p99 / medianOf('small', 'p99'));
  return {
    figure,
    unit: 'ms',
    value: p99,
    ratio,
    asked: `at most ${ASKED_MS} ms, and ${ASKED_RATIO} times the smaller`,
    met: p99 <= ASKED_MS && ratio <= ASKED_RATIO,
    with: {
      smallP99: medianOf('small', 'p99'),
      p50: medianOf('large', 'p50'),
      smallP50: medianOf('small', 'p50'),
      ratioP50: rounded(medianOf('large', 'p50') / medianOf('small', 'p50')),
      max: Math.max(...sizes['large']!.map(({ max }) => max)),
      ...circumstances,
    },
  };
}

/** A board under load: every agent has all it can take, and the rest waits. */
class Stage {
  private readonly board: RoutingBoard;
  private readonly staff: Map<AgentId, RoutingAgent>;
  private readonly random = seededRandom(7);
  /** Tasks that agents have, to end one of them at random. */
  private readonly held: { taskId: string; agentId: AgentId }[] = [];
  private waiting = 0;
  private count = 0;
  private now = NOW;

  constructor({ agents, waiting }: { agents: number; waiting: number }) {
    this.staff = new Map(Array.from({ length: agents }, (_, i) => this.anAgent(i)).map((agent) => [agent.id, agent]));
    const state = { agents: [...this.staff.values()], tasks: [], work: [] };
    this.board = RoutingBoard.of(policyOf({}), state, NOW, { policyVersion: 1 });
    while (this.waiting < waiting) this.arrive(this.now - this.random() * 600_000);
  }

  /** Times in milliseconds of each kind of decision, with record and sentence. */
  measure(count: number): Record<string, number[]> {
    const times: Record<string, number[]> = { seat: [], arrival: [], presence: [], step: [] };
    for (let i = 0; i < count; i += 1) {
      this.now += 100;
      const ended = this.anyHeld();
      times['seat']!.push(this.time(() => this.board.endWork(ended.taskId, this.now)));
      times['arrival']!.push(this.arrive(this.now));
      // Somebody comes back from a break in which a task of theirs was done.
      const { taskId, agentId } = this.anyHeld();
      const agent = this.staff.get(agentId)!;
      this.board.setAgent({ ...agent, presence: 'away' }, this.now);
      this.time(() => this.board.endWork(taskId, this.now));
      times['presence']!.push(this.time(() => this.board.setAgent(agent, this.now)));
      this.arrive(this.now);
      // What falls due in one sweep is a decision each.
      const before = this.decided;
      const took = this.time(() => this.board.advance(this.now));
      const decided = this.decided - before;
      if (decided > 0) times['step']!.push(took / decided);
    }
    return times;
  }

  private decided = 0;

  private arrive(at: number): number {
    const task = this.aTask(at);
    this.waiting += 1;
    return this.time(() => this.board.addTask(task, this.now));
  }

  private anyHeld() {
    const place = Math.floor(this.random() * this.held.length);
    const picked = this.held[place]!;
    this.held[place] = this.held.at(-1)!;
    this.held.pop();
    return picked;
  }

  private time(decide: () => readonly Decision[]): number {
    const from = performance.now();
    const decisions = decide();
    for (const { record } of decisions) explainDecision(record!);
    const took = performance.now() - from;
    this.decided += decisions.length;
    for (const { taskId, agentId } of decisions)
      if (agentId) {
        this.held.push({ taskId, agentId });
        this.waiting -= 1;
      }
    return took;
  }

  private anAgent(i: number): RoutingAgent {
    const skills: Record<string, number> = {};
    for (const language of LANGUAGES) if (this.random() < 0.35) skills[`language:${language}`] = this.level();
    for (const area of AREAS) if (this.random() < 0.4) skills[`area:${area}`] = this.level();
    for (const channel of CHANNELS) if (this.random() < 0.5) skills[`channel:${channel}`] = this.level();
    return {
      id: `agt_${String(i).padStart(5, '0')}` as AgentId,
      name: `Agent ${i}`,
      presence: 'online',
      channelsOff: [],
      capacity: 4,
      placesTaken: 0,
      skills,
      teamIds: [],
      lastWorkAt: NOW - Math.floor(this.random() * 600_000),
    };
  }

  private aTask(at: number): RoutingTask {
    const signal = (value: string | string[]) => ({ value, source: 'bench', at });
    return {
      id: `t${String((this.count += 1)).padStart(9, '0')}`,
      channel: this.one(CHANNELS),
      signals: { language: signal(this.one(LANGUAGES)), areas: signal([this.one(AREAS)]) },
      waitingSince: at,
      priorityMinutes: 0,
      teamId: null,
      isTransfer: false,
      pin: null,
      earlierAgentIds:
        this.random() < 0.3 ? [`agt_${String(Math.floor(this.random() * 100)).padStart(5, '0')}` as AgentId] : [],
      declines: [],
      actedThrough: -1,
    };
  }

  private one<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }

  private level(): number {
    return 1 + Math.floor(this.random() * 5);
  }
}
