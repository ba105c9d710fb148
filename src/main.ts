import 'reflect-metadata';

import { startApp } from './app.ts';
import { ConfigProblems, readConfig, type Config } from './config.ts';
import { startEmbedded } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open-database.ts';
import { ensureDemoKeys, type DemoKeys } from './demo/demo-keys.ts';
import { loadDemoShop } from './demo/load-demo-shop.ts';
import { ensureWidgetKey } from './demo/widget-key.ts';
import { startTracing } from './tracing.ts';

const flags = new Set(process.argv.slice(2));
const json = flags.has('--json');
const noDemo = flags.has('--no-demo');
// With --json stdout holds the one line that programs read; everything for people goes beside it.
const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);

interface Running {
  url: string;
  keys: DemoKeys;
  /** What the page of the demo shop shows. Null: there is none. */
  widgetKey: string | null;
  close(): Promise<void>;
}

async function start(config: Config): Promise<Running> {
  const given = config.database.url;
  if (given) {
    const app = await startApp(config, { databaseUrl: given });
    return { url: app.url, keys: {}, widgetKey: null, close: () => app.close() };
  }
  const embedded = await startEmbedded({ dataDir: config.runtime.dataDir, log: say });
  try {
    await migrate(embedded.ownerUrl, { log: say });
    const isProduction = config.runtime.environment === 'production';
    const { keys, widgetKey } = isProduction
      ? { keys: {}, widgetKey: null }
      : await prepareDemo(config, embedded.applicationUrl);
    const demoTraffic = !isProduction && !noDemo;
    const app = await startApp(config, { databaseUrl: embedded.applicationUrl, demoTraffic });
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
    // Asked twice: whoever asks wants it now.
    if (stopping) process.exit(1);
    stopping = true;
    say('Stopping: requests finish, streams are told to resume. Once more ends it at once.');
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

/** What to do about the one failure that everybody meets. */
function adviceFor(error: unknown): string {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isTaken ? '. Set PORT to a free port (0 takes any), or stop what listens there.' : '';
}

try {
  const config = readConfig(process.env);
  const stopTracing = startTracing(config.tracing);
  const running = await start(config);
  closeOnSignals(running, stopTracing);
  greet(running);
} catch (error) {
  say(
    error instanceof ConfigProblems
      ? error.message
      : `Punos could not start: ${error instanceof Error ? error.message : String(error)}${adviceFor(error)}`,
  );
  process.exit(1);
}
