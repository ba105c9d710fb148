import { openDatabase } from '../src/database/open-database.ts';
import { createApiKey } from '../src/services/access/create-api-key.ts';
import { readInstallation } from '../src/services/events/installation.ts';
import { ensurePartner } from '../src/services/partners/ensure-partner.ts';
import type { PartnerId } from '../src/values/ids.ts';
import { BENCH_VIEWER } from './bench-key.ts';
import type { Ground } from './bench.ts';
import { ORDER_EVENTS, WEBHOOK_ENDPOINT_CREATE } from './documents.ts';
import { FLOOR_CHANNEL } from './floor-channel.ts';
import type { HttpStage, WrittenSide } from './http-stage.ts';
import { HttpConnection } from './parts/http-connection.ts';
import type { OrderWriting } from './parts/order-writers.ts';
import { startPart, type Part } from './parts/part.ts';
import type { WritingReadings } from './parts/steady-writing.ts';
import type { Received } from './parts/webhook-receiver.ts';
import { median, rounded, spreadOf } from './statistics.ts';

const PER_SECOND = 100;
const ASKED_MS = 300;

/** Who posts: ours or the floor. */
interface Poster extends WrittenSide {
  partnerId: PartnerId;
  isFloor: boolean;
}

interface Window extends Received, WritingReadings {
  cpuMsPerEvent: number;
}

type Pair = { ours: Window; floor: Window };

/** Measures from the commit of a fact to the receipt of the partner's webhook, in turn with a bare program that does the same. */
export async function tellWebhooks(ground: Ground, { ours, floor }: HttpStage<WrittenSide>): Promise<void> {
  const { options, report } = ground;
  const parts = await Promise.all([startPart('parts/order-writers.ts'), startPart('parts/webhook-receiver.ts')]);
  const [writers, receiver] = parts;
  try {
    const receiverUrl = await receiver.ask<string>('start');
    const [partner, floorPartner] = await Promise.all([partnerOf(ours), partnerOf(floor)]);
    await register(ours.url, partner.key, receiverUrl);
    await floor.server.ask('post', { databaseUrl: floor.databaseUrl, channel: FLOOR_CHANNEL, receiverUrl });
    const posters: Record<keyof Pair, Poster> = {
      ours: { ...ours, ...partner, isFloor: false },
      floor: { ...floor, ...floorPartner, isFloor: true },
    };
    const seconds = options.quick ? 0.5 : 10;
    const measured = (side: keyof Pair, given: { seconds: number; seed: number }) =>
      runWindow({ writers, receiver }, posters[side], { ...given, customers: options.customers });
    for (const side of ['ours', 'floor'] as const) await measured(side, { seconds: seconds / 5, seed: 0 });
    const windows: Pair[] = [];
    for (let seed = 1; seed <= options.pairs; seed += 1) {
      const first = await measured('ours', { seconds, seed });
      windows.push({ ours: first, floor: await measured('floor', { seconds, seed }) });
      report.progress(`webhooks: pair ${seed} of ${options.pairs}`);
    }
    tell(ground, windows);
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
}

/** Registers the endpoint as the partner does it. */
async function register(url: string, key: string, receiverUrl: string): Promise<void> {
  const connection = await HttpConnection.open(url, key);
  const input = { name: 'bench', url: receiverUrl, document: ORDER_EVENTS };
  const body = JSON.stringify({ query: WEBHOOK_ENDPOINT_CREATE, variables: { input } });
  const answer = (await connection.post(body, 'register')).toString();
  connection.close();
  if (!answer.includes('"webhookEndpoint":{')) throw new Error(`The endpoint could not be registered: ${answer}`);
}

/** A marketplace, which sees all of its orders, and a key of its. */
async function partnerOf({ databaseUrl }: WrittenSide): Promise<{ partnerId: PartnerId; key: string }> {
  const database = openDatabase(databaseUrl, { poolSize: 2, statementTimeoutMs: 5_000 });
  try {
    const scope = { db: database, viewer: BENCH_VIEWER, now: new Date() };
    const partnerId = await ensurePartner(scope, { externalId: 'bench', name: 'Bench', kind: 'marketplace' });
    const owner = { scopes: null, agentId: null, partnerId, customerId: null, expiresAt: null };
    const installation = await readInstallation(database.sql);
    const { secret } = await createApiKey(scope, installation, { name: 'bench', role: 'partner', ...owner }, null);
    return { partnerId, key: secret! };
  } finally {
    await database.close();
  }
}

async function runWindow(
  { writers, receiver }: { writers: Part; receiver: Part },
  { server, databaseUrl, partnerId, isFloor }: Poster,
  given: { seconds: number; seed: number; customers: number },
): Promise<Window> {
  await receiver.ask('begin');
  const before = await server.ask<number>('cpu');
  const writing: OrderWriting = { databaseUrl, partnerId, perSecond: PER_SECOND, forFloor: isFloor, ...given };
  const written = await writers.ask<WritingReadings>('write', writing);
  const received = await receiver.ask<Received>('end', written.written);
  const cpu = (await server.ask<number>('cpu')) - before;
  return { ...written, ...received, cpuMsPerEvent: (cpu * 1_000) / written.written };
}

function tell({ options, report }: Ground, windows: readonly Pair[]): void {
  const latency = (side: keyof Pair) => spreadOf(windows.flatMap((pair) => pair[side].latenciesMs));
  const middle = (side: keyof Pair, read: (window: Window) => number) =>
    rounded(median(windows.map((pair) => read(pair[side]))));
  const sum = (side: keyof Pair, read: (window: Window) => number) =>
    windows.reduce((total, pair) => total + read(pair[side]), 0);
  const [ours, floor] = [latency('ours'), latency('floor')];
  report.figure({
    figure: 'order-events.webhook.p99',
    unit: 'ms',
    value: ours.p99,
    floor: floor.p99,
    ratio: rounded(ours.p99 / floor.p99),
    asked: `under ${ASKED_MS} ms`,
    met: ours.p99 < ASKED_MS,
    with: {
      ...{ perSecond: PER_SECOND, pairs: options.pairs, p50Ms: ours.p50, p95Ms: ours.p95, maxMs: ours.max },
      ...{ floorP50Ms: floor.p50, floorP95Ms: floor.p95, floorMaxMs: floor.max },
      commitP99Ms: middle('ours', (window) => window.commitP99Ms),
      floorCommitP99Ms: middle('floor', (window) => window.commitP99Ms),
      cpuMsPerEvent: middle('ours', (window) => window.cpuMsPerEvent),
      floorCpuMsPerEvent: middle('floor', (window) => window.cpuMsPerEvent),
    },
  });
  const lost = sum('ours', (window) => window.lost);
  report.figure({
    figure: 'order-events.webhook.lost',
    unit: 'events',
    value: lost,
    asked: '0 lost',
    met: lost === 0,
    with: {
      events: sum('ours', (window) => window.written),
      repeated: sum('ours', (window) => window.repeated),
    },
  });
}
