import type { Bench } from './bench.ts';
import {
  measurePackets,
  onPacketStage,
  summarisePackets,
  tellComplete,
  type PacketLoad,
  type PacketPair,
  type PacketStage,
} from './packet-stage.ts';
import { rounded } from './statistics.ts';

const LOADS: readonly PacketLoad[] = [
  { name: 'many-customers', subscribers: 1_000, customers: 1_000, perSecond: 200 },
  { name: 'one-customer', subscribers: 100, customers: 1, perSecond: 50 },
];
const QUICK: readonly PacketLoad[] = [
  { name: 'many-customers', subscribers: 40, customers: 40, perSecond: 40 },
  { name: 'one-customer', subscribers: 10, customers: 1, perSecond: 20 },
];

export const commitToSubscriber: Bench = {
  summary: 'commit to receipt of the packet: 1,000 subscribers on 1,000 customers × 200 events/s, 100 on one × 50/s',
  run(ground) {
    const { quick, pairs } = ground.options;
    return onPacketStage(ground, async (stage) => {
      for (const load of quick ? QUICK : LOADS)
        tell(stage, load, await measurePackets(stage, load, { pairs, seconds: quick ? 0.4 : 10 }));
    });
  },
};

function tell(stage: PacketStage, load: PacketLoad, windows: readonly PacketPair[]): void {
  const { report, options } = stage;
  const summary = summarisePackets(windows);
  const { ours, floor } = summary;
  const { name, subscribers, customers: watched, perSecond } = load;
  report.figure({
    figure: `commit-to-subscriber.${name}.p99`,
    unit: 'ms',
    value: ours.latency.p99,
    floor: floor.latency.p99,
    ratio: rounded(ours.latency.p99 / floor.latency.p99),
    asked: 'under 100 ms',
    met: ours.latency.p99 < 100,
    with: {
      ...{ subscribers, watched, perSecond, customers: options.customers, pairs: windows.length },
      ...{ p50Ms: ours.latency.p50, p95Ms: ours.latency.p95, maxMs: ours.latency.max },
      everyCauseP99Ms: ours.everyCause.p99,
      ...{ floorP50Ms: floor.latency.p50, floorP95Ms: floor.latency.p95, floorMaxMs: floor.latency.max },
      ...{ commitP99Ms: ours.commitP99Ms, floorCommitP99Ms: floor.commitP99Ms },
      ...{ cpuMsPerPacket: ours.cpuMsPerPacket, floorCpuMsPerPacket: floor.cpuMsPerPacket },
      bytesPerPacket: ours.bytesPerPacket,
    },
  });
  tellComplete(stage, `commit-to-subscriber.${name}.lost`, summary);
}
