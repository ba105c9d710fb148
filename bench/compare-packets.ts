import { summarisePackets, tellComplete, type PacketLoad, type PacketPair, type PacketStage } from './packet-stage.ts';
import { rounded } from './statistics.ts';

/** What is asked of a load: the rate at least this share of the floor's, the others at most as many times the floor's. Absent: nothing. */
interface Asked {
  readonly rate: number;
  readonly cpu: number;
  readonly p50?: number;
  readonly p99?: number;
}

interface Measured {
  /** Begins the names of the figures. */
  readonly figure: string;
  readonly load: PacketLoad;
  readonly windows: readonly PacketPair[];
  readonly asked: Asked;
}

/** Tells of rate, CPU and latencies of packets beside the floor's, and of what was lost. */
export function comparePackets(stage: PacketStage, { figure, load, windows, asked }: Measured): void {
  const { report, options } = stage;
  const summary = summarisePackets(windows);
  const { ours, floor } = summary;
  const { subscribers, customers: watched, perSecond } = load;
  const conditions = {
    ...{ subscribers, watched, perSecond, customers: options.customers, pairs: windows.length },
    ...{ bytesPerPacket: ours.bytesPerPacket, floorBytesPerPacket: floor.bytesPerPacket },
    ...{ maxMs: ours.latency.max, floorMaxMs: floor.latency.max },
    ...{ commitP99Ms: ours.commitP99Ms, floorCommitP99Ms: floor.commitP99Ms },
  };
  const compare = (what: keyof Asked, unit: string, value: number, atFloor: number) => {
    const ratio = rounded(value / atFloor);
    const isRate = what === 'rate';
    const limit = asked[what];
    report.figure({
      ...{ figure: `${figure}.${what}`, unit, value, floor: atFloor, ratio, with: conditions },
      ...(limit !== undefined && {
        asked: `at ${isRate ? 'least' : 'most'} ${limit} of the floor`,
        met: isRate ? ratio >= limit : ratio <= limit,
      }),
    });
  };
  compare('rate', 'packets/s', ours.packetsPerSecond, floor.packetsPerSecond);
  compare('cpu', 'ms of CPU a packet', ours.cpuMsPerPacket, floor.cpuMsPerPacket);
  compare('p50', 'ms from commit', ours.latency.p50, floor.latency.p50);
  compare('p99', 'ms from commit', ours.latency.p99, floor.latency.p99);
  tellComplete(stage, `${figure}.lost`, summary);
}
