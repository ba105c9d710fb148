import type { Bench } from './bench.ts';
import { CONTEXT_QUERY } from './documents.ts';
import { requireOpenFiles } from './open-files.ts';
import type { ClientLoad, ClientReadings } from './parts/http-clients.ts';
import type { Writing } from './parts/message-writers.ts';
import type { Ending, PacketReadings, Reading } from './parts/packet-readers.ts';
import { startPart } from './parts/part.ts';
import type { WritingReadings } from './parts/steady-writing.ts';
import { headsOf, onPacketStage, type PacketSide, type PacketStage } from './packet-stage.ts';
import { rounded, spreadOf } from './statistics.ts';

interface Size {
  subscriptions: number;
  /** Of the comparison with bare sockets. */
  compared: number;
  /** Of those who come back, so many at the same time. */
  atOnce: number;
  /** Events while everybody is away. */
  missed: number;
  /** What was assembled is let go when nobody needs it for a while; memory is looked at after this, in milliseconds. */
  restMs: number;
}

const SIZE: Size = { subscriptions: 10_000, compared: 5_000, atOnce: 2_000, missed: 1_000, restMs: 4_000 };
const QUICK: Size = { subscriptions: 100, compared: 50, atOnce: 50, missed: 10, restMs: 100 };
const MEGABYTE = 2 ** 20;

interface Memory {
  used: number;
  resident: number;
}

export const storm: Bench = {
  summary: '10,000 subscriptions on 10,000 customers: their memory, then all come back at once; queries meanwhile',
  run(ground) {
    const { quick, customers } = ground.options;
    const size = quick ? QUICK : SIZE;
    if (customers < size.subscriptions) throw new Error(`This bench needs --customers ${size.subscriptions} or more.`);
    requireOpenFiles(size.subscriptions);
    return onPacketStage(ground, async (stage) => {
      await compareMemory(stage, 'one-customer', size, 1);
      await compareMemory(stage, 'many-customers', size, size.compared);
      await comeBack(stage, size);
    });
  },
};

/** Memory of a subscription beside that of a bare socket which is subscribed, with nothing behind it that could resume. */
async function compareMemory(
  stage: PacketStage,
  name: string,
  { compared: subscribers, restMs }: Size,
  customers: number,
): Promise<void> {
  const [ours, bare] = [
    await bytesEach(stage, stage.ours, { subscribers, customers }, restMs),
    await bytesEach(stage, stage.floor, { subscribers, customers }, restMs),
  ];
  const above = ours.used - bare.used;
  stage.report.figure({
    figure: `storm.bytes.${name}`,
    unit: 'bytes a subscription above a bare socket',
    value: above,
    asked: 'at most 8192',
    met: above <= 8_192,
    with: {
      ...{ subscribers, watched: customers, bytes: ours.used, bareBytes: bare.used },
      ...{ resident: ours.resident, bareResident: bare.resident },
    },
  });
}

async function bytesEach(
  { readers }: PacketStage,
  { server, url, key }: PacketSide,
  load: { subscribers: number; customers: number },
  restMs: number,
): Promise<Memory> {
  // The first round fills what is kept for everybody: documents, plans, code.
  const round = async () => {
    const before = await server.ask<Memory>('memory');
    await readers.ask('begin', { url, key, ...load } satisfies Reading);
    await new Promise((resolve) => setTimeout(resolve, restMs));
    const after = await server.ask<Memory>('memory');
    await readers.ask('end', { heads: {}, everyCause: false } satisfies Ending);
    const each = (read: (memory: Memory) => number) => Math.round((read(after) - read(before)) / load.subscribers);
    return { used: each(({ used }) => used), resident: each(({ resident }) => resident) };
  };
  await round();
  await new Promise((resolve) => setTimeout(resolve, restMs / 2));
  return round();
}

async function comeBack(stage: PacketStage, { subscriptions, atOnce, missed }: Size): Promise<void> {
  const { readers, writers, report, ours, options } = stage;
  const { server, url, key, databaseUrl } = ours;
  const clients = await startPart('parts/http-clients.ts');
  try {
    await readers.ask('begin', { url, key, subscribers: subscriptions, customers: subscriptions } satisfies Reading);
    const { resident, used } = await server.ask<Memory>('memory');
    const conditions = { subscriptions, customers: options.customers };
    report.figure({
      figure: 'storm.memory',
      unit: 'MB of the server, all subscribed',
      value: Math.round(resident / MEGABYTE),
      asked: 'under 600 MB',
      met: resident < 600 * MEGABYTE,
      with: { ...conditions, usedMb: Math.round(used / MEGABYTE) },
    });
    await readers.ask('drop');
    const writing: Writing = {
      databaseUrl,
      perSecond: 500,
      seconds: missed / 500,
      customers: subscriptions,
      seed: 1,
      forFloor: false,
    };
    await writers.ask<WritingReadings>('write', writing);

    const httpUrl = url.replace('ws', 'http');
    const query = (seconds: number, seed: number) =>
      clients.ask<ClientReadings>('load', {
        ...{ url: httpUrl, key, connections: 4, seconds, customers: options.customers, seed },
        ask: { query: CONTEXT_QUERY },
      } satisfies ClientLoad);
    const quiet = spreadOf((await query(options.quick ? 0.5 : 5, 1)).latenciesMs);
    const coming = readers.ask<number>('comeBack', { atOnce });
    // Within the time that coming back takes.
    const { latenciesMs } = await query(options.quick ? 0.5 : 8, 2);
    const seconds = rounded(await coming);
    const meanwhile = spreadOf(latenciesMs);
    report.figure({
      figure: 'storm.served',
      unit: 's until all who came back have their packet',
      value: seconds,
      asked: 'within 15 s',
      met: seconds <= 15,
      with: { ...conditions, atOnce, missedEvents: missed, perSecond: Math.round(subscriptions / seconds) },
    });
    report.figure({
      figure: 'storm.query-p99',
      unit: 'ms, of context queries meanwhile',
      value: meanwhile.p99,
      floor: quiet.p99,
      ratio: rounded(meanwhile.p99 / quiet.p99),
      asked: 'under 500 ms',
      met: meanwhile.p99 < 500,
      with: { ...conditions, queries: latenciesMs.length, p50Ms: meanwhile.p50, maxMs: meanwhile.max },
    });
    const ending: Ending = { heads: await headsOf(databaseUrl), everyCause: false };
    const { lost, repeated, disordered } = await readers.ask<PacketReadings>('end', ending);
    report.figure({
      figure: 'storm.lost',
      unit: 'events',
      value: lost,
      asked: '0 lost, repeated or out of order',
      met: lost + repeated + disordered === 0,
      with: { ...conditions, repeated, disordered },
    });
  } finally {
    await clients.stop();
  }
}
