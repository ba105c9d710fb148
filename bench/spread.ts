import type { Bench } from './bench.ts';
import { comparePackets } from './compare-packets.ts';
import { measurePackets, onPacketStage, type PacketLoad } from './packet-stage.ts';

const LOADS: readonly PacketLoad[] = [
  { name: '1000', subscribers: 1_000, customers: 1_000, perSecond: 500 },
  { name: '5000', subscribers: 5_000, customers: 5_000, perSecond: 500 },
];
const QUICK: readonly PacketLoad[] = [
  { name: '1000', subscribers: 40, customers: 40, perSecond: 40 },
  { name: '5000', subscribers: 80, customers: 80, perSecond: 40 },
];

export const spread: Bench = {
  summary: 'a packet for each event: 1,000 and 5,000 subscribers, each of a customer of their own, × 500 events/s',
  run(ground) {
    const { quick, customers, pairs } = ground.options;
    return onPacketStage(ground, async (stage) => {
      for (const load of quick ? QUICK : LOADS) {
        if (load.customers > customers) throw new Error(`--customers is at least ${load.customers} for this bench.`);
        const windows = await measurePackets(stage, load, { pairs, seconds: quick ? 0.4 : 10 });
        const asked = { rate: 0.95, cpu: 2, p50: 1.5, p99: 1.6 };
        comparePackets(stage, { figure: `spread.${load.name}`, load, windows, asked });
      }
    });
  },
};
