import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Cluster, ServerSettings } from '../../src/database/cluster.ts';
import { createCluster, isAlive, readPostmaster, startPostmaster, stopPostmaster } from '../../src/database/cluster.ts';
import { migrate } from '../../src/database/migrate.ts';
import { findPostgresBinaries } from '../../src/database/postgres-binaries.ts';
import { APPLICATION_ROLE, OWNER_ROLE, ensureDatabase, ensureRoles } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { chooseSystemAccount, giveTo } from '../../src/database/system-account.ts';
import { portToKeep } from './port-to-keep.ts';
import { until } from './until.ts';

const DATABASE = 'punos';
const SETTINGS: ServerSettings = {
  ...{ listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', full_page_writes: 'off' },
  ...{ max_connections: 120, shared_buffers: '64MB', jit: 'off', timezone: 'UTC', autovacuum: 'off' },
  ...{ wal_level: 'replica', max_wal_senders: 5, wal_keep_size: '256MB', hot_standby: 'on', wal_log_hints: 'on' },
};

const WAITED_FOR = new Set(['sync', 'quorum']);

/** Which server: the first primary, or a standby by its name. */
type Which = 'primary' | (string & {});

/** A primary and its standbys, all real, each with a port of its own. */
export interface ReplicatedCluster {
  /** The application's way, with all hosts. */
  readonly applicationUrl: string;
  /** The application's way to one of them. */
  applicationUrlOf(which: Which): string;
  /** Of one of them, as the superuser. */
  superuserUrl(which: Which): string;
  /** The first primary ends without a word. */
  killPrimary(): void;
  /** A standby becomes a primary. Default: the first. */
  promote(standby?: string): Promise<void>;
  /** The first primary comes back and knows nothing of the other one: it takes writes, and needs nobody to confirm them. */
  reviveOldPrimary(): Promise<void>;
  /** The standby takes nothing from its primary, and does not say so. Returns what lets it go on. */
  stall(standby: string): Promise<() => void>;
  /** The server ends without a word. */
  kill(standby: string): Promise<void>;
  start(standby: string): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  /** Default: one. */
  standbys?: readonly string[];
  /** Who has to confirm every commit, as in postgresql.conf; empty: nobody. Default: any one standby. */
  synchronous?: string;
}

export async function startReplicatedCluster({
  standbys = ['standby'],
  synchronous = '*',
}: Options = {}): Promise<ReplicatedCluster> {
  const place = mkdtempSync(join(tmpdir(), 'punos-failover-'));
  const home = join(place, 'home');
  mkdirSync(home);
  const binaries = findPostgresBinaries();
  const account = chooseSystemAccount(home, binaries.postgres);
  const clusterOf = (name: Which): Cluster => ({ directory: join(home, name), binaries, account });
  const primary = clusterOf('primary');
  const word = () => randomBytes(24).toString('hex');
  const passwords = { superuser: word(), owner: word(), application: word() };
  const ports = new Map<Which, number>();
  for (const name of ['primary', ...standbys]) ports.set(name, await portToKeep());
  const superuserUrl = (which: Which, database = DATABASE) =>
    `postgres://postgres:${passwords.superuser}@127.0.0.1:${ports.get(which)}/${database}`;

  await createCluster(primary, { password: passwords.superuser, durable: false });
  await startPostmaster(primary, ports.get('primary')!, SETTINGS);
  const sql = singleConnection(superuserUrl('primary', 'postgres'));
  await ensureRoles(sql, passwords);
  await ensureDatabase(sql, DATABASE);
  await migrate(`postgres://${OWNER_ROLE}:${passwords.owner}@127.0.0.1:${ports.get('primary')}/${DATABASE}`, {
    log: () => undefined,
  });

  // As pg_basebackup does it, which npm does not bring.
  await sql`select pg_backup_start('standby', true)`;
  for (const name of standbys) execFileSync('cp', ['-a', primary.directory, clusterOf(name).directory]);
  const [backup] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`;
  const startStandby = (name: string) => {
    const conninfo = `host=127.0.0.1 port=${ports.get('primary')} user=postgres password=${passwords.superuser} application_name=${name}`;
    return startPostmaster(clusterOf(name), ports.get(name)!, { ...SETTINGS, primary_conninfo: conninfo });
  };
  for (const name of standbys) {
    const { directory } = clusterOf(name);
    for (const file of ['postmaster.pid', 'postmaster.opts', 'server.log'])
      rmSync(join(directory, file), { force: true });
    for (const [file, text] of [
      ['backup_label', backup!.labelfile],
      ['standby.signal', ''],
    ] as const) {
      writeFileSync(join(directory, file), text);
      giveTo(account, join(directory, file));
    }
    await startStandby(name);
  }
  await sql.unsafe(`alter system set synchronous_standby_names = '${synchronous}'`);
  await sql`select pg_reload_conf()`;
  await until(
    () => sql<{ state: string }[]>`select sync_state as state from pg_stat_replication`,
    (found) => found.length === standbys.length && (!synchronous || found.some(({ state }) => WAITED_FOR.has(state))),
    60_000,
  );
  await sql.end();
  const stalled = new Set<number>();
  const goOn = (pid: number) => {
    if (stalled.delete(pid) && isAlive(pid)) process.kill(pid, 'SIGCONT');
  };
  const hosts = [...ports.values()].map((port) => `127.0.0.1:${port}`);
  const applicationUrlAt = (at: string) => `postgres://${APPLICATION_ROLE}:${passwords.application}@${at}/${DATABASE}`;

  return {
    applicationUrl: applicationUrlAt(hosts.join(',')),
    applicationUrlOf: (which) => applicationUrlAt(`127.0.0.1:${ports.get(which)}`),
    superuserUrl,
    killPrimary: () => process.kill(readPostmaster(primary.directory)!.pid, 'SIGKILL'),
    async promote(standby = standbys[0]!) {
      const admin = singleConnection(superuserUrl(standby, 'postgres'));
      await admin`select pg_promote(true, 60)`;
      await admin.end();
    },
    async reviveOldPrimary() {
      // Whatever it was told to wait for, it forgets: the worst that can come back.
      writeFileSync(join(primary.directory, 'postgresql.auto.conf'), '');
      giveTo(account, join(primary.directory, 'postgresql.auto.conf'));
      // Those who served the killed one may still be on their way out.
      const start = () =>
        startPostmaster(primary, ports.get('primary')!, SETTINGS).then(
          () => true,
          () => false,
        );
      await until(start, Boolean, 60_000);
    },
    async stall(standby) {
      const admin = singleConnection(superuserUrl(standby, 'postgres'));
      const [receiver] = await until(
        () => admin<{ pid: number }[]>`select pid from pg_stat_wal_receiver where pid is not null`,
        (found) => found.length > 0,
        60_000,
      );
      await admin.end();
      stalled.add(receiver!.pid);
      process.kill(receiver!.pid, 'SIGSTOP');
      return () => goOn(receiver!.pid);
    },
    kill: (standby) => stopPostmaster(clusterOf(standby), 'immediate'),
    async start(standby) {
      await startStandby(standby);
    },
    async stop() {
      for (const pid of stalled) goOn(pid);
      for (const name of ports.keys()) await stopPostmaster(clusterOf(name), 'immediate').catch(() => undefined);
      rmSync(place, { recursive: true, force: true });
    },
  };
}
