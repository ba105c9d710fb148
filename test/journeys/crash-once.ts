// npm run crash -- --runs 200 --seed 7 [--acts 150] [--drops 2] [--faults kill,database,…] [--acknowledged acknowledged.jsonl]
// The long form of crash.test.ts on a PostgreSQL of its own, on NATS servers and processes of its own where the faults ask for them. Each
// run draws its stage, its faults and everything else from its seed: `--runs 1 --seed <that one>` repeats it. Ten seeds in a row play on
// one stage, one after the other. Exits with 1 when anything was lost, doubled, repeated or disordered.
// `--runs 1 --faults "drop all readers" --drops 20 --subscribers 1000`: so many forced reconnects of so many subscribers.
import 'reflect-metadata';

import { randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { dice } from '../support/dice.ts';
import { hasNats } from '../support/nats-cluster.ts';
import type { Acknowledged } from '../support/persistent-caller.ts';
import { breakableCluster } from './crash/breakable-place.ts';
import { FAULT_NAMES, FAULTS, type FaultName } from './crash/faults.ts';
import { figuresOf, playOn, type Outcome, type Plan } from './crash/run.ts';
import { plays } from './crash/scene.ts';
import { LAYOUT_NAMES, LAYOUTS, openStage, type LayoutName, type Stage } from './crash/stage.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    acts: { type: 'string', default: '150' },
    drops: { type: 'string', default: '2' },
    faults: { type: 'string', default: FAULT_NAMES.filter((name) => name !== 'drop all readers').join(',') },
    stages: { type: 'string', default: LAYOUT_NAMES.join(',') },
    subscribers: { type: 'string' },
    acknowledged: { type: 'string' },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
const RUNS_ON_A_STAGE = 10;

const names = chosen('faults', values.faults, FAULT_NAMES);
const breakable = {} as NonNullable<Stage['place']['breakable']>;
const playingOn = (layout: LayoutName): FaultName[] =>
  names.filter((name) => plays(FAULTS[name], { layout: LAYOUTS[layout], place: { breakable } }));
// Those where something special can be struck, when nothing else is asked for.
const layouts = chosen('stages', values.stages, LAYOUT_NAMES).filter(
  (layout) => playingOn(layout).length > 0 && (hasNats || !LAYOUTS[layout].nats),
);
if (layouts.length === 0) throw new Error('None of these faults has anything to strike on these stages.');

function chosen<Name extends string>(option: string, list: string, all: readonly Name[]): Name[] {
  return list.split(',').map((name) => {
    const known = all.find((one) => one === name.trim());
    if (!known) throw new Error(`--${option} are some of: ${all.join(', ')}.`);
    return known;
  });
}

/** What one run is, all of it from its seed. */
function planOf(own: number): { layout: LayoutName; plan: Plan } {
  const chance = dice(own);
  const layout = layouts[Math.floor(own / RUNS_ON_A_STAGE) % layouts.length]!;
  const faults = Array.from({ length: Number(values.drops) }, () => chance.pick(playingOn(layout)));
  const subscribers = values.subscribers ? { subscribers: Number(values.subscribers) } : {};
  return { layout, plan: { seed: own, faults, actsBetween: Number(values.acts), isCrowd: true, ...subscribers } };
}

const wrongs = ({ missing, lost, repeated, disordered, foreign, holes, wrongPackets, refusals }: Outcome) =>
  Object.entries({ missing, lost, repeated, disordered, foreign, holes, wrongPackets, refusals });

/** Outside of the system, and before anything else happens: what the system said is done. */
function noteDown({ act, payload }: Acknowledged): void {
  if (values.acknowledged)
    appendFileSync(values.acknowledged, `${JSON.stringify({ mutation: act.mutation, ...act.variables, payload })}\n`);
}

const cluster = await breakableCluster();
let open: { layout: LayoutName; stage: Stage; close(): Promise<void> } | null = null;

async function stageFor(layout: LayoutName): Promise<Stage> {
  if (open?.layout === layout) return open.stage;
  await strikeStage();
  const place = await cluster.aPlace(noteDown);
  const stage = await openStage(place, LAYOUTS[layout]).catch(async (error: unknown) => {
    await place.close();
    throw error;
  });
  const close = async () => {
    await stage.close();
    await place.close();
  };
  open = { layout, stage, close };
  return stage;
}

async function strikeStage(): Promise<void> {
  await open?.close();
  open = null;
}

console.log(`Seed ${seed}`);
const total = {
  runs: 0,
  mutations: 0,
  items: 0,
  repeatedTries: 0,
  events: 0,
  deliveries: 0,
  reconnects: 0,
  subscribers: 0,
};
const wrong: Record<string, number> = {};
const struck: Partial<Record<FaultName, number>> = {};
const healed: number[] = [];
const failed: number[] = [];
const began = performance.now();
// Asked to end, it ends after this run, with the figures of those that were; asked again, at once.
let isAsked = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (isAsked) process.exit(130);
    isAsked = true;
  });
try {
  for (let run = 0; run < runs && !isAsked; run += 1) {
    const { layout, plan } = planOf(seed + run);
    if (run > 0 && plan.seed % RUNS_ON_A_STAGE === 0) await strikeStage();
    let outcome: Outcome;
    try {
      outcome = await playOn(await stageFor(layout), plan);
    } catch (error) {
      // A run that could not be finished says nothing good either.
      failed.push(plan.seed);
      console.error(
        `run ${run + 1} of ${runs}, ${layout}, seed ${plan.seed}, ${plan.faults.join(', ')}: ${String(error)}`,
      );
      await strikeStage().catch((also: unknown) => console.error(String(also)));
      open = null;
      continue;
    }
    total.runs += 1;
    total.mutations += outcome.acknowledged;
    total.items += outcome.items;
    total.repeatedTries += outcome.repeatedTries.length;
    total.events += outcome.happened;
    total.deliveries += outcome.delivered;
    total.reconnects += outcome.reconnects;
    total.subscribers += outcome.subscribers;
    healed.push(outcome.healedMs);
    for (const fault of plan.faults) struck[fault] = (struck[fault] ?? 0) + 1;
    const bad = wrongs(outcome).filter(([, list]) => list.length > 0);
    for (const [what, list] of bad) {
      wrong[what] = (wrong[what] ?? 0) + list.length;
      console.error(`${what}:\n  ${list.slice(0, 20).join('\n  ')}`);
    }
    if (bad.length > 0) failed.push(plan.seed);
    console.error(`run ${run + 1} of ${runs}, ${layout}: ${figuresOf(plan, outcome)}`);
    console.error(
      `  so far ${total.mutations} mutations acknowledged; wrong: ${JSON.stringify(wrong)}; failed: ${failed.length}`,
    );
  }
} finally {
  await strikeStage().catch((error: unknown) => console.error(String(error)));
  await cluster.stop();
}
healed.sort((a, b) => a - b);
const healedMs = { median: healed[healed.length >> 1], slowest: healed.at(-1) };
const seconds = Math.round((performance.now() - began) / 1_000);
console.log(JSON.stringify({ figure: 'crash runs', seed, ...total, wrong, healedMs, faults: struck, failed, seconds }));
// A stage that broke may have left something open, which would keep this process for ever.
process.exit(failed.length > 0 ? 1 : 0);
