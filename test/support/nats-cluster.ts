import { randomUUID } from 'node:crypto';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { aFaultWire, type FaultWire } from './fault-wire.ts';
import { portToKeep } from './port-to-keep.ts';
import { until } from './until.ts';

/** Debian keeps it where only root looks. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };

/** Whether this machine has a `nats-server`; says loudly when tests are left out for want of it. */
export const hasNats: boolean = spawnSync('nats-server', ['--version'], { env }).status === 0;
if (!hasNats)
  console.warn(
    '\n*** No nats-server on this machine: the tests of NATS are SKIPPED (apt-get install nats-server). ***\n',
  );

/** They do not end by themselves with the process that started them. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface NatsNode {
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL: gone without a word. */
  kill(): Promise<void>;
  /** Stands still with open connections, until it is resumed. */
  pause(): void;
  resume(): void;
}

export interface NatsCluster {
  readonly nodes: readonly NatsNode[];
  /** What NATS_URL says of it. */
  readonly url: string;
  /** No server reaches another one, or all do again. */
  partition(isCut: boolean): void;
  stop(): Promise<void>;
}

interface ClusterOptions {
  /** Goes into the configuration of each. */
  settings?: string;
  /** Routes between servers go over wires that can be cut. */
  routesByWire?: boolean;
}

/** Real servers that know each other, on free ports. */
export async function startNatsCluster(
  size = 3,
  { settings = '', routesByWire = false }: ClusterOptions = {},
): Promise<NatsCluster> {
  const place = mkdtempSync(join(tmpdir(), 'punos-nats-'));
  const ports = await Promise.all(
    Array.from({ length: size }, async () => [await portToKeep(), await portToKeep()] as const),
  );
  const wires: FaultWire[] = [];
  const routeTo = async (port: number) => {
    if (!routesByWire) return `nats://127.0.0.1:${port}`;
    const wire = await aFaultWire(port);
    wires.push(wire);
    return `nats://127.0.0.1:${wire.port}`;
  };
  const nodes: NatsNode[] = [];
  for (const [index, [port, route]] of ports.entries()) {
    const file = join(place, `${index}.conf`);
    const name = `n${index}-${randomUUID()}`;
    // Each knows those after it; what they tell of each other leads nowhere where the wires are the only way.
    const routes = await Promise.all(ports.slice(index + 1).map(([, other]) => routeTo(other)));
    const advertise = routesByWire ? ', advertise: "127.0.0.1:1"' : '';
    const cluster = `cluster { name: punos, listen: 127.0.0.1:${route}, no_advertise: true, routes: [${routes.join(', ')}]${advertise} }`;
    writeFileSync(
      file,
      `server_name: ${name}
listen: 127.0.0.1:${port}
write_deadline: "2s"
${size > 1 ? cluster : ''}
${settings}`,
    );
    nodes.push(aNode(file, name, port));
  }
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await Promise.all(wires.map((wire) => wire.close()));
    rmSync(place, { recursive: true, force: true });
  };
  try {
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    // Whoever could not have all of them would otherwise be kept alive by those that came up.
    await stop();
    throw error;
  }
  return {
    nodes,
    url: nodes.map(({ url }) => url).join(','),
    partition: (isCut) =>
      wires.forEach((wire) => {
        wire.mode = isCut ? 'blackhole' : 'pass';
        wire.reset();
      }),
    stop,
  };
}

function aNode(file: string, name: string, port: number): NatsNode {
  let child: ChildProcess | null = null;
  let gone: Promise<unknown> = Promise.resolve();
  return {
    url: `nats://127.0.0.1:${port}`,
    async start() {
      const started = spawn('nats-server', ['-c', file], { env, stdio: 'ignore' });
      child = started;
      running.add(started);
      let hasEnded = false;
      gone = new Promise<void>((resolve) =>
        started.once('exit', () => {
          hasEnded = true;
          running.delete(started);
          resolve();
        }),
      );
      await until(async () => hasEnded || (await answers(port, name)), Boolean);
      if (hasEnded) throw new Error(`The NATS server of ${file} ended at once: is one of its ports taken?`);
    },
    async kill() {
      child?.kill('SIGKILL');
      child = null;
      // Also when it ended by itself, or by somebody else's signal: then there is nothing to wait for.
      await gone;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}

/** It itself: on a port that was taken somebody else's server may answer. */
const answers = (port: number, name: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (info: Buffer) => (socket.destroy(), resolve(info.includes(name))));
    socket.once('error', () => resolve(false));
    socket.setTimeout(500, () => (socket.destroy(), resolve(false)));
  });
