import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Cluster, ServerSettings } from '../../src/database/cluster.ts';
import {
  createCluster,
  freePort,
  readPostmaster,
  startPostmaster,
  stopPostmaster,
} from '../../src/database/cluster.ts';
import { migrate } from '../../src/database/migrate.ts';
import { findPostgresBinaries } from '../../src/database/postgres-binaries.ts';
import { APPLICATION_ROLE, OWNER_ROLE, ensureDatabase, ensureRoles } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { chooseSystemAccount, giveTo } from '../../src/database/system-account.ts';
import { until } from './until.ts';

const DATABASE = 'punos';
const SETTINGS: ServerSettings = {
  ...{ listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', full_page_writes: 'off' },
  ...{ max_connections: 120, shared_buffers: '64MB', jit: 'off', timezone: 'UTC', autovacuum: 'off' },
  ...{ wal_level: 'replica', max_wal_senders: 5, wal_keep_size: '256MB', hot_standby: 'on', wal_log_hints: 'on' },
};

/** A primary and a standby that has to confirm every commit, both real, each with a port of its own. */
export interface ReplicatedCluster {
  /** The application's way, with both hosts. */
  readonly applicationUrl: string;
  /** Of one of the two, as the superuser. */
  superuserUrl(which: 'primary' | 'standby'): string;
  /** The first primary ends without a word. */
  killPrimary(): void;
  /** The standby becomes the primary. */
  promote(): Promise<void>;
  /** The first primary comes back and knows nothing of the other one: it takes writes, and needs nobody to confirm them. */
  reviveOldPrimary(): Promise<void>;
  stop(): Promise<void>;
}

export async function startReplicatedCluster(): Promise<ReplicatedCluster> {
  const place = mkdtempSync(join(tmpdir(), 'punos-failover-'));
  const home = join(place, 'home');
  mkdirSync(home);
  const binaries = findPostgresBinaries();
  const account = chooseSystemAccount(home, binaries.postgres);
  const clusterIn = (name: string): Cluster => ({ directory: join(home, name), binaries, account });
  const [primary, standby] = [clusterIn('primary'), clusterIn('standby')];
  const word = () => randomBytes(24).toString('hex');
  const passwords = { superuser: word(), owner: word(), application: word() };
  const ports = { primary: await freePort(), standby: await freePort() };
  const superuserUrl = (which: 'primary' | 'standby', database = DATABASE) =>
    `postgres://postgres:${passwords.superuser}@127.0.0.1:${ports[which]}/${database}`;

  await createCluster(primary, { password: passwords.superuser, durable: false });
  await startPostmaster(primary, ports.primary, SETTINGS);
  const sql = singleConnection(superuserUrl('primary', 'postgres'));
  await ensureRoles(sql, passwords);
  await ensureDatabase(sql, DATABASE);
  await migrate(`postgres://${OWNER_ROLE}:${passwords.owner}@127.0.0.1:${ports.primary}/${DATABASE}`, {
    log: () => undefined,
  });

  // As pg_basebackup does it, which npm does not bring.
  await sql`select pg_backup_start('standby', true)`;
  execFileSync('cp', ['-a', primary.directory, standby.directory]);
  const [backup] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`;
  for (const file of ['postmaster.pid', 'postmaster.opts', 'server.log'])
    rmSync(join(standby.directory, file), { force: true });
  for (const [file, text] of [
    ['backup_label', backup!.labelfile],
    ['standby.signal', ''],
  ] as const) {
    writeFileSync(join(standby.directory, file), text);
    giveTo(account, join(standby.directory, file));
  }
  const conninfo = `host=127.0.0.1 port=${ports.primary} user=postgres password=${passwords.superuser} application_name=standby`;
  await startPostmaster(standby, ports.standby, { ...SETTINGS, primary_conninfo: conninfo });
  await sql`alter system set synchronous_standby_names = '*'`;
  await sql`select pg_reload_conf()`;
  await until(
    () => sql<{ state: string }[]>`select sync_state as state from pg_stat_replication`,
    ([row]) => row?.state === 'sync',
    60_000,
  );
  await sql.end();

  return {
    applicationUrl: `postgres://${APPLICATION_ROLE}:${passwords.application}@127.0.0.1:${ports.primary},127.0.0.1:${ports.standby}/${DATABASE}`,
    superuserUrl,
    killPrimary: () => process.kill(readPostmaster(primary.directory)!.pid, 'SIGKILL'),
    async promote() {
      const admin = singleConnection(superuserUrl('standby', 'postgres'));
      await admin`select pg_promote(true, 60)`;
      await admin.end();
    },
    async reviveOldPrimary() {
      // Whatever it was told to wait for, it forgets: the worst that can come back.
      writeFileSync(join(primary.directory, 'postgresql.auto.conf'), '');
      giveTo(account, join(primary.directory, 'postgresql.auto.conf'));
      // Those who served the killed one may still be on their way out.
      const start = () =>
        startPostmaster(primary, ports.primary, SETTINGS).then(
          () => true,
          () => false,
        );
      await until(start, Boolean, 60_000);
    },
    async stop() {
      for (const cluster of [primary, standby]) await stopPostmaster(cluster, 'immediate').catch(() => undefined);
      rmSync(place, { recursive: true, force: true });
    },
  };
}
