import type { Bench } from './bench.ts';
import { requireOpenFiles } from './open-files.ts';
import type { Writing } from './parts/message-writers.ts';
import type { Ending, PacketReadings, Reading } from './parts/packet-readers.ts';
import type { WritingReadings } from './parts/steady-writing.ts';
import { headsOf, onPacketStage, type PacketStage } from './packet-stage.ts';
import { rounded, spreadOf } from './statistics.ts';

interface Crowd {
  readers: number;
  paused: number;
  perSecond: number;
  seconds: number;
}

/** Enough for each that what the kernel keeps for a socket is full before the server would take its peer for dead. */
const CROWD: Crowd = { readers: 300, paused: 100, perSecond: 80, seconds: 30 };
const QUICK: Crowd = { readers: 20, paused: 4, perSecond: 20, seconds: 1 };
const MEGABYTE = 2 ** 20;

export const slowReaders: Bench = {
  summary:
    '300 readers of one customer × 80 events/s, 100 of them take nothing: memory, the others, how they are closed',
  run(ground) {
    const crowd = ground.options.quick ? QUICK : CROWD;
    requireOpenFiles(crowd.readers);
    return onPacketStage(ground, (stage) => measure(stage, crowd));
  },
};

/** A window in which everybody reads, then one in which some do not. */
async function measure(stage: PacketStage, { readers: subscribers, paused, perSecond, seconds }: Crowd): Promise<void> {
  const { readers, writers, report, ours, options } = stage;
  const { url, key, databaseUrl } = ours;
  const reading: Reading = { url, key, subscribers, customers: 1 };
  const write = async (seed: number, forSeconds: number) => {
    const writing: Writing = { databaseUrl, perSecond, seconds: forSeconds, customers: 1, seed, forFloor: false };
    await writers.ask<WritingReadings>('write', writing);
  };
  const end = async () => {
    const ending: Ending = { heads: await headsOf(databaseUrl), everyCause: true };
    return readers.ask<PacketReadings>('end', ending);
  };
  await readers.ask('begin', reading);
  await write(0, seconds / 10);
  await readers.ask('forget');
  await write(1, seconds / 2);
  const healthy = spreadOf((await end()).latenciesMs);
  report.progress('everybody reads: done');

  await readers.ask('begin', reading);
  await write(2, seconds / 10);
  const before = await ours.server.ask<{ resident: number }>('memory');
  await readers.ask('forget');
  await readers.ask('pause', { count: paused });
  let most = before.resident;
  const watching = setInterval(() => {
    void ours.server.ask<number>('resident').then((resident) => (most = Math.max(most, resident)));
  }, 250);
  await write(3, seconds);
  clearInterval(watching);
  const endings = await readers.ask<Record<string, number>>('resume', { count: paused });
  const rest = await end();
  const beside = spreadOf(rest.latenciesMs);
  const conditions = { subscribers, paused, perSecond, customers: options.customers };
  const growth = Math.round((most - before.resident) / MEGABYTE);
  report.figure({
    figure: 'slow-readers.memory',
    unit: 'MB more at most',
    value: growth,
    asked: 'at most 100 MB',
    met: growth <= 100,
    with: { ...conditions, beforeMb: Math.round(before.resident / MEGABYTE) },
  });
  const ratio = rounded(beside.p99 / healthy.p99);
  report.figure({
    figure: 'slow-readers.p99',
    unit: 'ms from commit, of those who read',
    value: beside.p99,
    floor: healthy.p99,
    ratio,
    asked: 'at most twice of what it is without slow readers',
    met: ratio <= 2,
    with: { ...conditions, p50Ms: beside.p50, withoutP50Ms: healthy.p50, maxMs: beside.max },
  });
  const resumable = endings['1013'] ?? 0;
  report.figure({
    figure: 'slow-readers.closed',
    unit: 'readers told to resume',
    value: resumable,
    asked: 'all who take nothing',
    met: resumable === paused,
    with: { ...conditions, endings: JSON.stringify(endings) },
  });
  const { lost, untold, repeated, disordered } = rest;
  report.figure({
    figure: 'slow-readers.lost',
    unit: 'events, of those who read',
    value: lost,
    asked: '0 lost, repeated or out of order',
    met: lost + untold + repeated + disordered === 0,
    with: { ...conditions, untold, repeated, disordered },
  });
}
