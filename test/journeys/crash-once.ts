// npm run crash -- --runs 200 --seed 7 [--acts 150] [--faults kill,database,…] [--acknowledged acknowledged.jsonl]
// The long form of crash.test.ts on a PostgreSQL of its own. Each run draws its faults, its processes and everything else from its seed:
// `--runs 1 --seed <that one>` repeats it. Exits with 1 when anything was lost, doubled, repeated or disordered.
// `--faults "drop readers" --drops 20 --subscribers 1000` makes every fault of each run that one: forced reconnects.
import 'reflect-metadata';

import { randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { dice } from '../support/dice.ts';
import type { Acknowledged } from '../support/persistent-caller.ts';
import { breakableCluster } from './crash/breakable-place.ts';
import { FAULT_NAMES, type FaultName } from './crash/faults.ts';
import { figuresOf, runCrashJourney, type Outcome, type Plan } from './crash/run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    acts: { type: 'string', default: '150' },
    drops: { type: 'string', default: '3' },
    faults: { type: 'string', default: FAULT_NAMES.join(',') },
    processes: { type: 'string' },
    subscribers: { type: 'string' },
    acknowledged: { type: 'string' },
  },
});
const names = values.faults.split(',').map((name) => {
  const known = FAULT_NAMES.find((one) => one === name.trim());
  if (!known) throw new Error(`--faults are some of: ${FAULT_NAMES.join(', ')}.`);
  return known;
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];

/** What one run is, all of it from its seed. */
function planOf(own: number): Plan {
  const chance = dice(own);
  const faults = Array.from({ length: Number(values.drops) }, () => chance.pick(names));
  const processes = values.processes ? Number(values.processes) : 1 + chance.roll(2);
  const subscribers = values.subscribers ? { subscribers: Number(values.subscribers) } : {};
  return { seed: own, faults, processes, actsBetween: Number(values.acts), isCrowd: true, ...subscribers };
}

const wrongs = ({ missing, lost, repeated, disordered, foreign, holes, wrongPackets, refusals }: Outcome) =>
  Object.entries({ missing, lost, repeated, disordered, foreign, holes, wrongPackets, refusals });

/** Outside of the system, and before anything else happens: what the system said is done. */
function noteDown({ act, payload }: Acknowledged): void {
  if (values.acknowledged)
    appendFileSync(values.acknowledged, `${JSON.stringify({ mutation: act.mutation, ...act.variables, payload })}\n`);
}

console.log(`Seed ${seed}`);
const total = { runs: 0, acknowledged: 0, repeatedTries: 0, events: 0, deliveries: 0, reconnects: 0, subscribers: 0 };
const wrong: Record<string, number> = {};
const struck: Partial<Record<FaultName, number>> = {};
const failed: number[] = [];
const began = performance.now();
const cluster = await breakableCluster();
try {
  for (let run = 0; run < runs; run += 1) {
    const plan = planOf(seed + run);
    const place = await cluster.aPlace(noteDown);
    let outcome: Outcome;
    try {
      outcome = await runCrashJourney(place, plan);
    } catch (error) {
      // A run that could not be finished says nothing good either.
      failed.push(plan.seed);
      console.error(`run ${run + 1} of ${runs}, seed ${plan.seed}, ${plan.faults.join(', ')}: ${String(error)}`);
      continue;
    } finally {
      await place.close();
    }
    total.runs += 1;
    total.acknowledged += outcome.acknowledged;
    total.repeatedTries += outcome.repeatedTries.length;
    total.events += outcome.happened;
    total.deliveries += outcome.delivered;
    total.reconnects += outcome.reconnects;
    total.subscribers += outcome.subscribers;
    for (const fault of plan.faults) struck[fault] = (struck[fault] ?? 0) + 1;
    console.error(`run ${run + 1} of ${runs}: ${figuresOf(plan, outcome)}`);
    for (const [what, list] of wrongs(outcome)) {
      wrong[what] = (wrong[what] ?? 0) + list.length;
      if (list.length === 0) continue;
      if (!failed.includes(plan.seed)) failed.push(plan.seed);
      console.error(`${what}:\n  ${list.slice(0, 20).join('\n  ')}`);
    }
  }
} finally {
  await cluster.stop();
}
const seconds = Math.round((performance.now() - began) / 1_000);
console.log(JSON.stringify({ figure: 'crash runs', seed, ...total, wrong, faults: struck, failed, seconds }));
if (failed.length > 0) process.exitCode = 1;
