import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { BrokerState } from '../live/backbone.ts';
import type { ReplicaState } from '../database/replicas.ts';
import type { Authenticator } from '../services/access/authenticate.ts';
import { answerError } from './answer-error.ts';
import { bearerOf } from './bearer.ts';
import { truthMetrics, type Truth } from './truth-metrics.ts';

export interface Metered extends Truth {
  connectionCount: () => number;
  subscriptionCount: () => number;
  watchedKeyCount: () => number;
  /** Milliseconds since the journal was last read. */
  journalSilentMs: () => number;
  /** Queries and mutations that run, and that wait for their turn. */
  operations: () => { readonly running: number; readonly waiting: number };
  oldestTransactionSeconds: () => number;
  warningCount: () => number;
  /** Standbys that are read from, and what became of reads that they might have answered; null without any. */
  replicas: () => { states(): readonly ReplicaState[]; counts: Readonly<Record<string, number>> } | null;
  /** How NATS does; null without it. */
  brokerState: () => BrokerState | null;
  /** Messages to customers that wait for our courier. */
  messagesWaiting: () => Promise<{ count: number; oldestSeconds: number }>;
}

export interface Metrics {
  /** Milliseconds from the commit of an event to its delivery here, to so many readers at once; null where a delivery has no such time (a resume). */
  delivered(latencyMs: number | null, count?: number): void;
  /** A request to a hook of a channel was answered. */
  hooked(channel: string, status: number): void;
  /** A message was tried on a channel: sent, delivered, or why not. */
  attempted(channel: string, outcome: string): void;
  /** A delivery to a webhook endpoint was taken up: what came of it. */
  webhookAttempted(outcome: string): void;
  /** The nightly recount ran in this process: how many orders and stock levels differ from what their sources said. */
  recounted(found: { orders: number; stock: number }): void;
}

type Figures = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Other processes behind the same port: a scrape comes to one of them, nobody knows which. */
export interface Siblings {
  /** The number of this process among them. */
  readonly number: number;
  /** Lets the others have the figures of this one. */
  giveFigures(figures: () => Promise<Figures>): void;
  /** The figures of all that answer, this process included. */
  allFigures(): Promise<readonly (readonly Figures[number][])[]>;
}

interface Metering {
  readonly authenticator: Authenticator;
  /** Absent: this process serves alone. */
  readonly siblings?: Siblings | undefined;
  readonly given: () => Metered;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * `/metrics` for Prometheus. Labels are routes, methods and status codes: nothing of a person. Of several processes each one's figures
 * stand side by side with the label `process`: sums are the reader's, and which one hangs can be seen.
 */
export function serveMetrics(app: FastifyInstance, { authenticator, siblings, given }: Metering): Metrics {
  const registry = new Registry();
  if (siblings) registry.setDefaultLabels({ process: String(siblings.number) });
  siblings?.giveFigures(() => registry.getMetricsAsJSON());
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'punos_http_request_seconds',
    help: 'Requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const deliveries = new Histogram({
    name: 'punos_delivery_seconds',
    help: 'From the commit of an event to its delivery to a subscriber.',
    buckets: SECONDS,
    registers,
  });
  const hooks = new Counter({
    name: 'punos_hook_requests_total',
    help: 'Requests to hooks by channel; accepted means stored.',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const attempts = new Counter({
    name: 'punos_message_attempts_total',
    help: 'Tries to hand a message to its channel, by what came of them: sent, delivered, or the failure.',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const webhooks = new Counter({
    name: 'punos_webhook_attempts_total',
    help: 'Deliveries to webhook endpoints that were taken up, by what came of it: delivered, or why not.',
    labelNames: ['outcome'],
    registers,
  });
  const wrong = new Gauge({
    name: 'punos_totals_wrong',
    help: 'Orders and stock levels that differ from what their sources said, as of the last recount in this process.',
    labelNames: ['what'],
    registers,
  });
  const oldest = new Gauge({
    name: 'punos_messages_waiting_oldest_seconds',
    help: 'How long the oldest message that waits for a try has been there.',
    registers,
  });
  new Gauge({
    name: 'punos_messages_waiting',
    help: 'Messages to customers that wait for a try.',
    registers,
    async collect() {
      // Without the database the other figures are worth more than ever: these two stay as they were.
      const waiting = await given()
        .messagesWaiting()
        .catch(() => null);
      if (!waiting) return;
      this.set(waiting.count);
      oldest.set(waiting.oldestSeconds);
    },
  });
  gauge('punos_connections', 'Open WebSockets and event streams.', () => given().connectionCount());
  gauge('punos_subscriptions', 'Running subscriptions.', () => given().subscriptionCount());
  gauge('punos_watched_keys', 'Streams and topics that subscriptions, and packets kept for queries, watch.', () =>
    given().watchedKeyCount(),
  );
  gauge('punos_operations_running', 'Queries and mutations that run.', () => given().operations().running);
  gauge('punos_operations_waiting', 'Those that wait for their turn.', () => given().operations().waiting);
  gauge('punos_oldest_transaction_seconds', 'Of anybody on this database; its snapshot keeps old rows.', () =>
    given().oldestTransactionSeconds(),
  );
  gauge('punos_warnings', 'Warnings on /readyz now.', () => given().warningCount());
  gauge('punos_journal_silent_seconds', 'Since the journal was last read.', () => given().journalSilentMs() / 1000);
  new Gauge({
    name: 'punos_replica_lag_seconds',
    help: 'How old what a standby shows may be.',
    labelNames: ['replica'],
    registers,
    collect() {
      this.reset();
      for (const { name, lagSeconds } of given().replicas()?.states() ?? []) this.set({ replica: name }, lagSeconds);
    },
  });
  new Gauge({
    name: 'punos_replica_used',
    help: 'Whether a standby is read from (1), or not, since it is away, behind, promoted or of another timeline (0).',
    labelNames: ['replica'],
    registers,
    collect() {
      this.reset();
      for (const { name, trouble } of given().replicas()?.states() ?? [])
        this.set({ replica: name }, Number(trouble === null));
    },
  });
  new Counter({
    name: 'punos_replica_reads_total',
    help: 'Queries whose caller lets a standby answer: replica (it did), behind (none was fresh enough), away (none was there), failed (it broke on the way). All but the first were answered by the primary.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, times] of Object.entries(given().replicas()?.counts ?? {})) this.inc({ outcome }, times);
    },
  });
  const broker = () => given().brokerState();
  gauge('punos_nats_live', 'Whether events come over NATS (1) or from Postgres (0).', () =>
    Number(broker()?.isLive ?? 0),
  );
  gauge('punos_nats_relay', 'Whether this process publishes the journal.', () => Number(broker()?.isRelaying ?? 0));
  gauge(
    'punos_nats_silent_seconds',
    'Since a relay was heard; 0 without NATS.',
    () => (broker()?.silentMs ?? 0) / 1000,
  );
  gauge('punos_nats_subjects', 'Subjects that this process is subscribed to.', () => broker()?.subjects ?? 0);
  new Counter({
    name: 'punos_nats_happenings_total',
    help: 'What happened with NATS: hole (the journal was read instead), repeat, late, fallback, live, disconnect, permission, slow_consumer, withheld, malformed, error.',
    labelNames: ['what'],
    registers,
    collect() {
      this.reset();
      for (const [what, times] of Object.entries(broker()?.counts ?? {})) this.inc({ what }, times);
    },
  });

  truthMetrics(registers, given);

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ route, method: request.method, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', async (request, reply) => {
    if (!isLocal(request) && !(await isAdmin(request, authenticator)))
      return answerError(reply, 401, 'UNAUTHENTICATED', 'Metrics are for this machine, or for an admin key.');
    return reply.type(registry.contentType).send(await (siblings ? together(siblings) : registry.metrics()));
  });

  return {
    delivered(latencyMs, count = 1) {
      if (latencyMs === null) return;
      for (let one = 0; one < count; one += 1) deliveries.observe(latencyMs / 1000);
    },
    hooked(channel, status) {
      hooks.inc({ channel, outcome: status === 200 ? 'accepted' : status < 500 ? 'refused' : 'failed' });
    },
    attempted: (channel, outcome) => attempts.inc({ channel, outcome }),
    webhookAttempted: (outcome) => webhooks.inc({ outcome }),
    recounted(found) {
      for (const [what, count] of Object.entries(found)) wrong.set({ what }, count);
    },
  };
}

/** Every figure has its process as label, so that a sum over equal labels is the figure itself. */
async function together(siblings: Siblings): Promise<string> {
  const all = (await siblings.allFigures()).map((figures) =>
    figures.map((figure) => ({ ...figure, aggregator: 'sum' })),
  );
  return AggregatorRegistry.aggregate(all).metrics();
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Asked on this machine, by nobody else: what a proxy beside us passes on says so in a header. */
function isLocal({ socket, headers }: FastifyRequest): boolean {
  const isForwarded = 'x-forwarded-for' in headers || 'forwarded' in headers || 'via' in headers;
  return LOOPBACK.has(socket.remoteAddress ?? '') && !isForwarded;
}

async function isAdmin({ headers }: FastifyRequest, authenticator: Authenticator): Promise<boolean> {
  const bearer = bearerOf(headers.authorization);
  const session = bearer === null ? null : await authenticator.authenticate(bearer);
  return session?.viewer.role === 'admin' && session.viewer.rights.has('access:read');
}
