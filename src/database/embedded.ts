import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, Postmaster, ServerSettings } from './cluster.ts';
import {
  acceptsConnections,
  assertClusterVersion,
  clusterExists,
  createCluster,
  freePort,
  isAlive,
  readPostmaster,
  startPostmaster,
  stopPostmaster,
} from './cluster.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { APPLICATION_ROLE, OWNER_ROLE, ensureDatabase, ensureRoles } from './roles.ts';
import { singleConnection } from './single-connection.ts';
import { chooseSystemAccount } from './system-account.ts';
import type { TakenDirectory } from './take-directory.ts';
import { isTaken, takeDirectory } from './take-directory.ts';

const DATABASE = 'punos';

/** Durable, and tuned for short statements on a small machine. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: 100,
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: 1.1,
  jit: 'off',
  max_parallel_workers_per_gather: 0,
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
} satisfies ServerSettings;

export interface EmbeddedDatabase {
  /** The role that owns the tables: for migrations. */
  ownerUrl: string;
  /** The role of the application: rows only. */
  applicationUrl: string;
  /** True when the server was found running, left behind by a process that was killed. */
  adopted: boolean;
  stop(): Promise<void>;
}

interface Options {
  /** Directory of this installation; the cluster lies in `postgres` below it. */
  dataDir: string;
  log: (line: string) => void;
  /** Connections that there are to be at least. A server that is adopted has what it was started with. */
  connections?: number;
}

/**
 * Starts the PostgreSQL that came with npm, or adopts the one that a killed process left running.
 * The data stays in `dataDir`. One process at a time: a second one is refused with a sentence.
 * While it runs, a server that dies is started again on the same port.
 */
export async function startEmbedded({ dataDir, log, connections = 0 }: Options): Promise<EmbeddedDatabase> {
  const binaries = findPostgresBinaries();
  const home = resolve(dataDir);
  mkdirSync(home, { recursive: true });
  const secrets = readOrMakeSecrets(home);
  const directory = join(home, 'postgres');
  const account = chooseSystemAccount(clusterExists(directory) ? directory : home, binaries.postgres);
  const cluster: Cluster = { directory, binaries, account };
  if (!clusterExists(directory)) {
    log('Making the embedded database (once) …');
    await createCluster(cluster, { password: secrets.superuser, durable: true });
  }
  assertClusterVersion(cluster);

  const found = await settledPostmaster(directory);
  const postmaster = found ?? (await startOrJoin(cluster, await freePort(secrets.port), connections));
  if (postmaster.port !== secrets.port) writeSecrets(home, { ...secrets, port: postmaster.port });
  const superuserUrl = urlOf('postgres', secrets.superuser, postmaster.port, 'postgres');
  const taken = await takeDirectory(superuserUrl, home);
  if (found) log(`Adopted the embedded database that an earlier process left running (pid ${found.pid}).`);
  await prepare(superuserUrl, secrets);

  const watch = keepRunning({ cluster, postmaster, taken, log, home, superuserUrl, connections });
  return {
    ownerUrl: urlOf(OWNER_ROLE, secrets.owner, postmaster.port, DATABASE),
    applicationUrl: urlOf(APPLICATION_ROLE, secrets.application, postmaster.port, DATABASE),
    adopted: found !== undefined,
    stop: async () => {
      await watch.stop();
      await stopPostmaster(cluster, 'fast');
    },
  };
}

/**
 * The address of an embedded database that another process works with at the moment, for a command that joins it as a guest;
 * undefined when nobody does, also when a killed process left it running: then `startEmbedded` adopts it.
 */
export async function findRunning(dataDir: string): Promise<{ applicationUrl: string } | undefined> {
  const home = resolve(dataDir);
  const directory = join(home, 'postgres');
  if (!clusterExists(directory) || !existsSync(secretsFile(home))) return undefined;
  const postmaster = await settledPostmaster(directory);
  if (!postmaster) return undefined;
  const secrets = readOrMakeSecrets(home);
  if (!(await isTaken(urlOf('postgres', secrets.superuser, postmaster.port, 'postgres')))) return undefined;
  return { applicationUrl: urlOf(APPLICATION_ROLE, secrets.application, postmaster.port, DATABASE) };
}

interface Secrets {
  superuser: string;
  owner: string;
  application: string;
  port: number;
}

const secretsFile = (home: string) => join(home, 'postgres.json');

/** Of two processes that start at once, the first writes and the second reads what it wrote. */
function readOrMakeSecrets(home: string): Secrets {
  const file = secretsFile(home);
  const word = () => randomBytes(24).toString('hex');
  const fresh: Secrets = { superuser: word(), owner: word(), application: word(), port: 0 };
  if (!existsSync(file)) {
    if (clusterExists(join(home, 'postgres'))) {
      throw new Error(
        `${file} is missing, and with it the passwords of the database beside it. Restore it from a backup.`,
      );
    }
    try {
      writeFileSync(file, JSON.stringify(fresh, null, 2), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
}

function writeSecrets(home: string, secrets: Secrets): void {
  writeFileSync(secretsFile(home), JSON.stringify(secrets, null, 2), { mode: 0o600 });
  chmodSync(secretsFile(home), 0o600);
}

/** The server found running, once it answers; nothing when none runs or the one found ends meanwhile. */
async function settledPostmaster(directory: string): Promise<Postmaster | undefined> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const postmaster = readPostmaster(directory);
    if (!postmaster) return undefined;
    if (await acceptsConnections(postmaster.port)) return postmaster;
    await pause(50);
  }
  throw new Error(
    `A PostgreSQL runs in ${directory} but does not answer. Read server.log there; end it and start again.`,
  );
}

/** When two processes start the server at once, PostgreSQL lets one win; the loser joins and is refused later. */
async function startOrJoin(cluster: Cluster, port: number, connections: number): Promise<Postmaster> {
  try {
    const settings = { ...SETTINGS, max_connections: Math.max(SETTINGS.max_connections, connections) };
    return await startPostmaster(cluster, port, settings);
  } catch (error) {
    const other = await settledPostmaster(cluster.directory);
    if (other) return other;
    throw error;
  }
}

async function prepare(superuserUrl: string, secrets: Secrets): Promise<void> {
  const sql = singleConnection(superuserUrl);
  try {
    await ensureRoles(sql, secrets);
    await ensureDatabase(sql, DATABASE);
  } finally {
    await sql.end();
  }
}

interface Watched {
  cluster: Cluster;
  postmaster: Postmaster;
  taken: TakenDirectory;
  home: string;
  superuserUrl: string;
  connections: number;
  log: (line: string) => void;
}

/** Looks twice a second whether the server lives; on the same port, so that every pool finds it again. */
function keepRunning({ cluster, postmaster, taken, home, superuserUrl, connections, log }: Watched) {
  let { pid } = postmaster;
  let held = taken;
  const stopping = new AbortController();
  const revive = async () => {
    log('The embedded database ended by itself; starting it again.');
    await held.release();
    const again =
      (await settledPostmaster(cluster.directory)) ?? (await startOrJoin(cluster, postmaster.port, connections));
    pid = again.pid;
    held = await takeDirectory(superuserUrl, home);
  };
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(500, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted || isAlive(pid)) continue;
      await revive().catch((error: unknown) => log(`It could not be started again: ${String(error)}`));
    }
  };
  const watching = watch();
  return {
    stop: async () => {
      stopping.abort();
      await watching;
      await held.release();
    },
  };
}

const urlOf = (role: string, password: string, port: number, database: string) =>
  `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
