// npm run crash -- --fault kill --kills 10 --seed 7 --processes 2 --acts 300
// The long form of crash.test.ts on a PostgreSQL of its own. Exits with 1 when anything was lost, repeated or disordered.
import 'reflect-metadata';

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

import { openDatabase } from '../../src/database/open-database.ts';
import { applicationUrl, startTestCluster } from '../support/test-cluster.ts';
import { figuresOf, runCrashJourney, type Plan } from './crash/run.ts';

const FAULTS = ['kill', 'terminate', 'database'] as const;
const { values } = parseArgs({
  options: {
    fault: { type: 'string', default: 'kill' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    processes: { type: 'string', default: '1' },
    acts: { type: 'string', default: '300' },
  },
});
const fault = FAULTS.find((one) => one === values.fault);
if (!fault) throw new Error(`--fault is one of: ${FAULTS.join(', ')}.`);
const plan: Plan = {
  fault,
  times: Number(values.kills),
  seed: Number(values.seed),
  processes: Number(values.processes),
  actsBetween: Number(values.acts),
};

console.log(`Seed ${plan.seed}`);
const cluster = await startTestCluster('18');
const url = applicationUrl(cluster, cluster.template);
const database = openDatabase(url, { poolSize: 4, statementTimeoutMs: 20_000 });
try {
  const place = { database, applicationUrl: url, restartDatabase: () => cluster.crash() };
  const outcome = await runCrashJourney(place, plan);
  console.log(figuresOf(plan, outcome));
  const { missing, lost, repeated, disordered, foreign, holes, wrongPackets, refusals } = outcome;
  const wrong = { missing, lost, repeated, disordered, foreign, holes, wrongPackets, refusals };
  for (const [what, list] of Object.entries(wrong))
    if (list.length > 0) console.log(`${what}:\n  ${list.slice(0, 20).join('\n  ')}`);
  console.log(JSON.stringify({ plan, endings: outcome.endings, exits: outcome.exits }));
  if (Object.values(wrong).some((list) => list.length > 0)) process.exitCode = 1;
} finally {
  await database.close();
  await cluster.stop();
}
