import type { FastifyInstance } from 'fastify';

export interface Readiness {
  /** Resolves when the database answers on each of the pools. */
  pingDatabase: () => Promise<unknown>;
  /** Milliseconds since the tailer last read the journal; null before the live edge runs. */
  tailerLagMs: () => number | null;
  isStopping: () => boolean;
  /** What an operator should look at though everything is being served. */
  warnings: () => readonly string[];
}

const PING_WITHIN_MS = 1_000;
/** The tailer reads at least every 200 ms; this long without is an outage. */
const LONGEST_LAG_MS = 5_000;

/** `/healthz`: the process lives. `/readyz`: it can serve; a load balancer takes it out otherwise. No details to strangers. */
export function serveHealth(app: FastifyInstance, readiness: Readiness): void {
  // An overloaded process lives: to restart it would only move the load.
  app.get('/healthz', { config: { isAlwaysAnswered: true } }, () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const problem = await problemOf(readiness);
    const warnings = readiness.warnings();
    if (problem === null) return { status: 'ready', ...(warnings.length > 0 ? { warnings } : {}) };
    return reply.code(503).header('retry-after', '1').send({ status: problem });
  });
}

async function problemOf({ pingDatabase, tailerLagMs, isStopping }: Readiness): Promise<string | null> {
  if (isStopping()) return 'stopping';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), PING_WITHIN_MS)));
  const reached = await Promise.race([
    pingDatabase().then(
      () => true,
      () => false,
    ),
    late,
  ]);
  clearTimeout(timer);
  if (!reached) return 'database unreachable';
  return (tailerLagMs() ?? 0) > LONGEST_LAG_MS ? 'journal reader stalled' : null;
}
