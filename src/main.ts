import 'reflect-metadata';

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { ConfigProblems, readConfig, type Config } from './config.ts';
import { freePort } from './database/cluster.ts';
import { startEmbedded } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open-database.ts';
import { ensureDemoKeys, type DemoKeys } from './demo/demo-keys.ts';
import { loadDemoShop } from './demo/load-demo-shop.ts';
import { ensureWidgetKey } from './demo/widget-key.ts';
import { oneOfMany } from './processes/one-of-many.ts';
import { connectionsNeeded, shareConnections } from './processes/share-connections.ts';
import { superviseProcesses } from './processes/supervise.ts';
import { startTracing } from './tracing.ts';

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean' }, 'no-demo': { type: 'boolean' }, processes: { type: 'string' } },
  // An argument that nobody knows has never stopped a start.
  strict: false,
});
const json = flags.json === true;
const noDemo = flags['no-demo'] === true;
const DEMO_TRAFFIC = 'PUNOS_DEMO_TRAFFIC';
const DEMO_KEYS = 'PUNOS_DEMO_KEYS';
/** More than a process allows itself after SHUTDOWN_DRAIN_MS: its last words to the database. */
const LAST_WORDS_MS = 10_000;
/** Not null: another process has started this one, to serve beside others like it. */
const siblings = oneOfMany(process.env);
// With --json stdout holds the one line that programs read; everything for people goes beside it.
const say = (line: string) => void (json || siblings ? process.stderr : process.stdout).write(`${line}\n`);

interface Running {
  url: string;
  keys: DemoKeys;
  /** What the page of the demo shop shows. Null: there is none. */
  widgetKey: string | null;
  close(): Promise<void>;
}

interface Serving {
  databaseUrl: string;
  demoTraffic: boolean;
  endsDemoKeys: boolean;
}

async function start(config: Config): Promise<Running> {
  const given = config.database.url;
  if (given) {
    const isTold = (name: string) => siblings !== null && process.env[name] === '1';
    // They may have come along with a backup of a demo.
    const app = await serve(config, {
      ...{ databaseUrl: given, demoTraffic: isTold(DEMO_TRAFFIC), endsDemoKeys: !isTold(DEMO_KEYS) },
    });
    return { url: app.url, keys: {}, widgetKey: null, close: () => app.close() };
  }
  const { processes, dataDir } = config.runtime;
  const connections = processes > 1 ? connectionsNeeded(processes, config.database.poolSize) + 10 : 0;
  const embedded = await startEmbedded({ dataDir, log: say, connections });
  try {
    await migrate(embedded.ownerUrl, { log: say });
    const isProduction = config.runtime.environment === 'production';
    const { keys, widgetKey } = isProduction
      ? { keys: {}, widgetKey: null }
      : await prepareDemo(config, embedded.applicationUrl);
    const demoTraffic = !isProduction && !noDemo;
    const databaseUrl = embedded.applicationUrl;
    const app = await serve(config, { databaseUrl, demoTraffic, endsDemoKeys: isProduction });
    return {
      url: app.url,
      keys,
      widgetKey,
      async close() {
        await app.close();
        await embedded.stop();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/** Here, or by several processes of which this one is the parent: it owns what there is one of, they serve. */
async function serve(config: Config, serving: Serving): Promise<Pick<Running, 'url' | 'close'>> {
  const { processes } = config.runtime;
  if (processes > 1 && !siblings) return serveByMany(config, serving);
  // Only who serves loads what serving takes.
  const { startApp } = await import('./app.ts');
  return startApp(config, { ...serving, siblings: siblings ?? undefined });
}

async function serveByMany(
  config: Config,
  { databaseUrl, demoTraffic, endsDemoKeys }: Serving,
): Promise<Pick<Running, 'url' | 'close'>> {
  const count = config.runtime.processes;
  const { poolSize, warning } = await shareConnections(databaseUrl, { count, poolSize: config.database.poolSize });
  if (warning) say(warning);
  // All name the same port, also those that take a place when everybody else is gone.
  const port = config.server.port === 0 ? await freePort() : config.server.port;
  const many = await superviseProcesses({
    count,
    program: fileURLToPath(import.meta.url),
    environmentOf: (number) => ({
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      DATABASE_POOL_SIZE: String(poolSize),
      PUNOS_PROCESS: String(number),
      // There is one demo shop: one process lets it live.
      [DEMO_TRAFFIC]: demoTraffic && number === 1 ? '1' : '0',
      [DEMO_KEYS]: endsDemoKeys ? '0' : '1',
    }),
    stopWithinMs: config.server.shutdownDrainMs + LAST_WORDS_MS,
    say,
  });
  return { url: many.url, close: () => many.stop() };
}

/** The demo shop into an empty database, then a key per role: some of them speak for somebody of the shop. */
async function prepareDemo(config: Config, databaseUrl: string): Promise<Pick<Running, 'keys' | 'widgetKey'>> {
  const database = openDatabase(databaseUrl, { ...config.database, poolSize: 6 });
  try {
    if (!noDemo && (await loadDemoShop(database))) say('The demo shop is loaded (--no-demo for an empty one).');
    const { dataDir } = config.runtime;
    const keys = await ensureDemoKeys(database, dataDir);
    return { keys, widgetKey: noDemo ? null : await ensureWidgetKey(database, dataDir) };
  } finally {
    await database.close();
  }
}

function greet({ url, keys, widgetKey }: Running): void {
  if (siblings) return siblings.ready(url);
  if (json) {
    process.stdout.write(`${JSON.stringify({ url, keys })}\n`);
    return;
  }
  const lines = [
    '',
    `Punos listens on ${url}`,
    `  GraphQL     ${url}/graphql`,
    `  GraphiQL    ${url}/graphiql`,
    // After the # a browser keeps the key to itself.
    `  Live page   ${url}/${keys.agent ? `#key=${keys.agent}` : ''}`,
    ...(widgetKey ? [`  Chat widget ${url}/widget#key=${widgetKey}`] : []),
    '',
    ...Object.entries(keys).map(([role, key]) => `  ${role.padEnd(12)}${key}`),
    '',
  ];
  for (const line of lines) say(line);
}

function closeOnSignals(running: Running, stopTracing: () => Promise<void>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) {
      // Asked twice: whoever asks wants it now. One of many is asked by a terminal and by its parent; that one decides.
      if (!siblings) process.exit(1);
      return;
    }
    stopping = true;
    if (!siblings) say('Stopping: requests finish, streams are told to resume. Once more ends it at once.');
    // Spans that no collector takes are no reason to call the stop a failure.
    const ended = running.close().then(() => stopTracing().catch(() => undefined));
    ended.then(
      () => process.exit(0),
      (error: unknown) => {
        say(`Could not stop in order: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/**
 * A failure that nobody waited for is a mistake, but of one request: the others go on. (graphql-js leaves some behind when several
 * items of a list fail.) What is thrown outside of a promise ends the process as ever: nobody knows what was left half done.
 */
function outliveForgottenFailures(): void {
  process.on('unhandledRejection', (error) => {
    say(`A failure that nobody waited for: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  });
}

/** What to do about the one failure that everybody meets. */
function adviceFor(error: unknown): string {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isTaken ? '. Set PORT to a free port (0 takes any), or stop what listens there.' : '';
}

outliveForgottenFailures();
try {
  const config = readConfig({
    ...process.env,
    ...(typeof flags.processes === 'string' ? { PROCESSES: flags.processes } : {}),
  });
  const isParent = config.runtime.processes > 1 && !siblings;
  const stopTracing = isParent ? () => Promise.resolve() : startTracing(config.tracing);
  const running = await start(config);
  closeOnSignals(running, stopTracing);
  greet(running);
} catch (error) {
  const reason = `${error instanceof Error ? error.message : String(error)}${adviceFor(error)}`;
  // Its parent says it.
  if (siblings) await siblings.failed(reason);
  else say(error instanceof ConfigProblems ? reason : `Punos could not start: ${reason}`);
  process.exit(1);
}
