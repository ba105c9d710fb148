import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../../src/database/cluster.ts';
import { aFaultWire, type FaultWire } from './fault-wire.ts';
import { until } from './until.ts';

/** Debian keeps it where only root looks. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };

/** Whether this machine has a `nats-server`; says loudly when tests are left out for want of it. */
export const hasNats: boolean = spawnSync('nats-server', ['--version'], { env }).status === 0;
if (!hasNats)
  console.warn(
    '\n*** No nats-server on this machine: the tests of NATS are SKIPPED (apt-get install nats-server). ***\n',
  );

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
    Array.from({ length: size }, async () => [await freePort(), await freePort()] as const),
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
    // Each knows those after it; what they tell of each other leads nowhere where the wires are the only way.
    const routes = await Promise.all(ports.slice(index + 1).map(([, other]) => routeTo(other)));
    const advertise = routesByWire ? ', advertise: "127.0.0.1:1"' : '';
    writeFileSync(
      file,
      `server_name: n${index}
listen: 127.0.0.1:${port}
write_deadline: "2s"
cluster { name: punos, listen: 127.0.0.1:${route}, no_advertise: true, routes: [${routes.join(', ')}]${advertise} }
${settings}`,
    );
    nodes.push(aNode(file, port));
  }
  await Promise.all(nodes.map((node) => node.start()));
  return {
    nodes,
    url: nodes.map(({ url }) => url).join(','),
    partition: (isCut) =>
      wires.forEach((wire) => {
        wire.mode = isCut ? 'blackhole' : 'pass';
        wire.reset();
      }),
    async stop() {
      await Promise.all(nodes.map((node) => node.kill()));
      await Promise.all(wires.map((wire) => wire.close()));
      rmSync(place, { recursive: true, force: true });
    },
  };
}

function aNode(file: string, port: number): NatsNode {
  let child: ChildProcess | null = null;
  return {
    url: `nats://127.0.0.1:${port}`,
    async start() {
      child = spawn('nats-server', ['-c', file], { env, stdio: 'ignore' });
      await until(() => answers(port), Boolean);
    },
    async kill() {
      const dying = child;
      child = null;
      if (!dying || dying.exitCode !== null) return;
      const gone = new Promise((resolve) => dying.once('exit', resolve));
      dying.kill('SIGKILL');
      await gone;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
    socket.setTimeout(500, () => (socket.destroy(), resolve(false)));
  });
