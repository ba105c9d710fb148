import { execute, parse, type DocumentNode, type ExecutionResult, type OperationDefinitionNode } from 'graphql';

import { CHANNELS } from '../src/channels/channels.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { buildSchema } from '../src/execution/build-schema.ts';
import { makePlan } from '../src/execution/plans/plan.ts';
import { runPlan } from '../src/execution/plans/run-plan.ts';
import { assembleContext } from '../src/services/context/assemble-context.ts';
import { CONTEXT_SECTIONS } from '../src/values/context-packet.ts';
import { BENCH_VIEWER } from './bench-key.ts';
import type { Bench } from './bench.ts';
import { BOT_PACKETS, CONTEXT_PACKETS } from './documents.ts';
import { customerIdOf } from './seed/customer-id.ts';
import { median, rounded } from './statistics.ts';

const PACKETS = 40;

/** What it costs to make the text of a packet out of the packet. */
export const execution: Bench = {
  summary:
    'CPU to write one packet as a document wants it, from the packet in memory: by plan, by graphql-js, by JSON.stringify alone',
  async run({ options, postgres, database, report }) {
    const payloads = await somePayloads(postgres.urlOf(database), options.customers);
    const rounds = options.quick ? 2 : 50;
    for (const [name, text] of Object.entries({ whole: CONTEXT_PACKETS, bot: BOT_PACKETS })) {
      const { byPlan, byGraphqlJs } = waysToRun(parse(text));
      const answers = await Promise.all(payloads.map(byGraphqlJs));
      for (const [i, payload] of payloads.entries())
        if ((await byPlan(payload)) !== JSON.stringify(answers[i])) throw new Error('The ways write different texts.');
      const ways = {
        plan: byPlan,
        graphqlJs: async (payload: object) => JSON.stringify(await byGraphqlJs(payload)),
        floor: (_payload: object, i: number) => Promise.resolve(JSON.stringify(answers[i])),
      };
      const micros = await measureInTurn(ways, payloads, rounds);
      report.figure({
        figure: `execution.${name}`,
        unit: 'µs CPU/packet',
        value: micros.plan,
        floor: micros.floor,
        ratio: rounded(micros.plan / micros.floor),
        with: {
          graphqlJs: micros.graphqlJs,
          bytes: Math.round(answers.reduce((sum, answer) => sum + JSON.stringify(answer).length, 0) / answers.length),
        },
      });
    }
  },
};

async function somePayloads(databaseUrl: string, customers: number): Promise<object[]> {
  const db = openDatabase(databaseUrl, { poolSize: 2, statementTimeoutMs: 5_000 });
  try {
    const scope = { db, viewer: BENCH_VIEWER, now: new Date() };
    const ids = Array.from({ length: PACKETS }, (_, i) => customerIdOf(Math.floor((i * customers) / PACKETS)));
    const states = await Promise.all(ids.map((id) => assembleContext(scope, id)));
    const packets = states.map((state) => ({ ...state, changed: CONTEXT_SECTIONS.slice(0, 2), causes: [] }));
    return packets.map((packet) => ({ contextPackets: { cursor: 'a cursor', leftCustomerId: null, packet } }));
  } finally {
    await db.close();
  }
}

function waysToRun(document: DocumentNode) {
  const { schema } = buildSchema(CHANNELS);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const plan = makePlan({ schema, fragments: {}, conditions: {} }, operation);
  const input = (payload: object) => ({
    rootValue: Object.values(payload)[0] as unknown,
    contextValue: { scope: { viewer: BENCH_VIEWER }, subjects: new Set<string>() },
  });
  return {
    byPlan: async (payload: object) =>
      `{"data":${(await runPlan(plan, { ...input(payload), variables: { customerId: '' } })).data}}`,
    byGraphqlJs: async (payload: object): Promise<ExecutionResult> =>
      execute({ schema, document, ...input(payload), variableValues: { customerId: '' } }),
  };
}

/** Each way over all payloads, then the next: what disturbs the machine meets all. Medians of the rounds, in microseconds of CPU. */
async function measureInTurn<Way extends string>(
  ways: Record<Way, (payload: object, i: number) => Promise<string>>,
  payloads: readonly object[],
  rounds: number,
): Promise<Record<Way, number>> {
  const names = Object.keys(ways) as Way[];
  const micros = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Way, number[]>;
  for (let round = -rounds; round < rounds; round += 1)
    for (const name of names) {
      const before = process.cpuUsage();
      let bytes = 0;
      for (let again = 0; again < 5; again += 1)
        for (const [i, payload] of payloads.entries()) bytes += Buffer.byteLength(await ways[name](payload, i));
      const { user, system } = process.cpuUsage(before);
      // The first half warms up. The bytes are counted so that every text is really made.
      if (round >= 0 && bytes > 0) micros[name].push((user + system) / payloads.length / 5);
    }
  return Object.fromEntries(names.map((name) => [name, rounded(median(micros[name]))])) as Record<Way, number>;
}
