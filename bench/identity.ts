import type { Bench, Ground } from './bench.ts';
import { comparePackets } from './compare-packets.ts';
import { CONTEXT_QUERY } from './documents.ts';
import { onTwinStage } from './http-stage.ts';
import { measurePackets, onPacketStage, type PacketLoad } from './packet-stage.ts';
import { measureInPairs, summarise } from './sides.ts';

const CONNECTIONS = 16;
const NO_CACHE = { CONTEXT_CACHE_ENTRIES: '0' };
/** Persons who are asked about again and again. */
const HOT = 300;

/** What stands beside it is our own program both times, that does not do the one thing which is measured. */
export const identity: Bench = {
  summary:
    'what resolution by all identifiers costs intake beside the address alone, and what the audit of reads costs queries and fan-out',
  async run(ground) {
    await measureResolution(ground);
    await measureAuditOfQueries(ground);
    await measureAuditOfPackets(ground);
  },
};

async function measureResolution(ground: Ground): Promise<void> {
  const { options, report } = ground;
  const { customers, pairs, quick } = options;
  await onTwinStage(ground, { settings: { DATABASE_POOL_SIZE: '22' } }, async (stage) => {
    for (const senders of ['known', 'first'] as const) {
      const { clients } = stage;
      const ours = { ...stage.ours, ask: { senders, by: 'all' as const } };
      const floor = { ...stage.floor, ask: { senders, by: 'address' as const } };
      const load = { connections: CONNECTIONS, seconds: quick ? 0.1 : 4, customers, ask: ours.ask };
      const told = (pair: number) => report.progress(`intake, ${senders} senders: pair ${pair} of ${pairs}`);
      const summary = summarise(await measureInPairs({ clients, ours, floor }, load, { pairs, told }));
      report.figure({
        figure: `identity.intake.${senders}`,
        unit: 'messages/s',
        ...summary,
        // A first contact with two identifiers has more to store, resolved or not.
        ...(senders === 'known' && { asked: 'at least 0.7 of intake by the address alone', met: summary.ratio >= 0.7 }),
        with: { writers: CONNECTIONS, customers, ...summary.with },
      });
    }
  });
}

async function measureAuditOfQueries(ground: Ground): Promise<void> {
  const { options, report } = ground;
  const { pairs, quick } = options;
  const ways = [
    { figure: 'identity.audit.context-query', settings: NO_CACHE, among: options.customers },
    { figure: 'identity.audit.context-query.hot', settings: {}, among: Math.min(HOT, options.customers) },
  ];
  for (const { figure, settings, among: customers } of ways)
    await onTwinStage(ground, { settings, floor: { isUnaudited: true } }, async (stage) => {
      const ask = { query: CONTEXT_QUERY };
      const load = { connections: CONNECTIONS, seconds: quick ? 0.1 : 3, customers, ask };
      const told = (pair: number) => report.progress(`${figure}: pair ${pair} of ${pairs}`);
      const summary = summarise(await measureInPairs(stage, load, { pairs, told }));
      report.figure({
        ...{ figure, unit: 'requests/s', ...summary },
        asked: 'at least 0.95 of what it is without an audit',
        met: summary.ratio >= 0.95,
        with: { connections: CONNECTIONS, among: customers, ...summary.with },
      });
    });
}

async function measureAuditOfPackets(ground: Ground): Promise<void> {
  const { quick, pairs } = ground.options;
  const load: PacketLoad = { name: 'audit', subscribers: quick ? 20 : 1_000, customers: 1, perSecond: quick ? 40 : 50 };
  await onPacketStage(
    ground,
    async (stage) =>
      comparePackets(stage, {
        ...{ figure: 'identity.audit.fan-out', load, asked: { rate: 0.95, cpu: 1.05 } },
        windows: await measurePackets(stage, load, { pairs, seconds: quick ? 0.4 : 10 }),
      }),
    'unaudited',
  );
}
