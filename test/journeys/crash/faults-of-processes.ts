import type { ServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';
import { aWhile, type Fault, type Scene } from './scene.ts';
import { LOOK_EVERY_MS, processesOf } from './stage.ts';

const REPLACED_WITHIN_MS = 120_000;

const ofOneProcess = (strike: (pid: number, scene: Scene, parent: ServerProcess) => Promise<unknown>): Fault => ({
  asks: 'processes',
  async strike(scene) {
    const parent = scene.chance.pick(scene.stage.servers);
    const pids = processesOf(parent).sort((a, b) => a - b);
    await strike(scene.chance.pick(pids), scene, parent);
  },
});

/** Its parent has filled its place; whether that one serves is waited for at the end of the run. */
const replaced = (pid: number, { stage }: Scene, parent: ServerProcess) =>
  until(
    () => processesOf(parent),
    (pids) => pids.length === stage.layout.processes && !pids.includes(pid),
    REPLACED_WITHIN_MS,
    LOOK_EVERY_MS,
  );

export const FAULTS_OF_PROCESSES = {
  'kill a process': ofOneProcess(async (pid, scene, parent) => {
    process.kill(pid, 'SIGKILL');
    await replaced(pid, scene, parent);
  }),
  'end a process': ofOneProcess(async (pid, scene, parent) => {
    process.kill(pid, 'SIGTERM');
    await replaced(pid, scene, parent);
  }),
  // Connections that the parent hands to it wait for it.
  'pause a process': ofOneProcess(async (pid, { chance }) => {
    process.kill(pid, 'SIGSTOP');
    await aWhile(500 + chance.roll(2_000));
    process.kill(pid, 'SIGCONT');
  }),
  // What it has begun its processes finish; nobody new gets in.
  'kill the parent': {
    asks: 'processes',
    async strike({ stage, chance, exits }) {
      const parent = chance.pick(stage.servers);
      exits.push(await parent.end('SIGKILL'));
      await parent.start();
    },
  },
} satisfies Record<string, Fault>;
