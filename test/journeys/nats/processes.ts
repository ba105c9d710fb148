import { aServerProcess, type ServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';

const SETTINGS = {
  RATE_COST_PER_SECOND: '1000000',
  RATE_COST_BURST: '10000000',
  MAX_SOCKETS_PER_PRINCIPAL: '1000',
  DATABASE_POOL_SIZE: '6',
};

/** Server processes on one database and one cluster of NATS, and what they say of themselves. */
export interface Processes {
  readonly all: readonly ServerProcess[];
  /** Those that are to be given nothing now. */
  readonly away: Set<ServerProcess>;
  /** The process that publishes the journal. */
  relay(): Promise<ServerProcess>;
  /** Resolves when every process hears events over NATS and one of them publishes. */
  allLive(timeoutMs?: number): Promise<void>;
  end(): Promise<void>;
}

export async function startProcesses(count: number, databaseUrl: string, natsUrl: string): Promise<Processes> {
  const all = await Promise.all(
    Array.from({ length: count }, () => aServerProcess(databaseUrl, { ...SETTINGS, NATS_URL: natsUrl })),
  );
  await Promise.all(all.map((server) => server.start()));
  const leading = async () => {
    const asked = await Promise.all(all.map(async (server) => ({ server, says: await figuresOf(server) })));
    return asked.filter(({ says }) => says.get('punos_nats_relay') === 1).map(({ server }) => server);
  };
  return {
    all,
    away: new Set(),
    relay: () => until(leading, (relays) => relays.length === 1, 120_000).then(([relay]) => relay!),
    async allLive(timeoutMs = 120_000) {
      const lives = () => Promise.all(all.map(async (server) => (await figuresOf(server)).get('punos_nats_live') ?? 0));
      await until(lives, (live) => live.every((one) => one === 1), timeoutMs);
      await until(leading, (relays) => relays.length === 1, timeoutMs);
    },
    async end() {
      for (const server of all) if (server.isRunning) await server.end('SIGTERM');
    },
  };
}

/** The figures of `/metrics` by name, with their labels. Empty: it does not answer. */
export async function figuresOf({ url }: ServerProcess): Promise<Map<string, number>> {
  const text = await fetch(`${url}/metrics`, { headers: { connection: 'close' } }).then(
    (answer) => answer.text(),
    () => '',
  );
  return new Map(
    [...text.matchAll(/^(punos_nats_\w+(?:\{[^}]*\})?) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
}
