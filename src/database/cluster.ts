import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename, join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { SystemAccount } from './system-account.ts';
import { giveTo, runAs } from './system-account.ts';

/** One PostgreSQL data directory with the programs and the account that serve it. */
export interface Cluster {
  directory: string;
  binaries: PostgresBinaries;
  account: SystemAccount;
}

export interface Postmaster {
  pid: number;
  port: number;
}

/** PostgreSQL settings by name, written as they stand in postgresql.conf. */
export type ServerSettings = Record<string, string | number>;

/** Keeps the log in the cluster, where the account that runs PostgreSQL may write. */
export const clusterLog = (cluster: Cluster): string => join(cluster.directory, 'server.log');

export const clusterExists = (directory: string): boolean => existsSync(join(directory, 'PG_VERSION'));

/** Throws when the data directory was made by another major release than the programs at hand. */
export function assertClusterVersion(cluster: Cluster): void {
  const made = readFileSync(join(cluster.directory, 'PG_VERSION'), 'utf8').trim();
  const present = releaseOf(cluster.binaries);
  if (made === String(present)) return;
  throw new Error(
    `${cluster.directory} was made by PostgreSQL ${made}, but this installation brings ${present}. ` +
      'Dump it with the older release and restore it, or set DATA_DIR to another directory.',
  );
}

/**
 * Makes the data directory beside its final place and moves it there whole, so that a crash in the
 * middle leaves nothing half made. When another process was faster, its directory stays.
 */
export async function createCluster(cluster: Cluster, options: { password: string; durable: boolean }): Promise<void> {
  const draft = `${cluster.directory}.new-${process.pid}`;
  const passwordFile = `${draft}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveTo(cluster.account, draft);
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  giveTo(cluster.account, passwordFile);
  try {
    await runAs(cluster.account, cluster.binaries.initdb, [
      ...['-D', draft, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--data-checksums', '--no-instructions', ...localeFlags(cluster.binaries)],
      ...(options.durable ? [] : ['--no-sync']),
    ]);
    moveUnlessThere(draft, cluster.directory);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Starts the server and returns when it accepts connections. Throws with the tail of its log when it does not. */
export async function startPostmaster(cluster: Cluster, port: number, settings: ServerSettings): Promise<Postmaster> {
  writeSettings(cluster, settings);
  const log = clusterLog(cluster);
  const flags = ['-D', cluster.directory, '-l', log, '-w', '-t', '60', '-s', '-o', `-p ${port}`, 'start'];
  try {
    await runAs(cluster.account, cluster.binaries.pgCtl, flags);
  } catch (cause) {
    const tail = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8).join('\n') : '';
    throw new Error(`PostgreSQL did not start in ${cluster.directory}:\n${tail}`, { cause });
  }
  const started = readPostmaster(cluster.directory);
  if (!started) throw new Error(`PostgreSQL started in ${cluster.directory} and ended at once; see ${log}`);
  return started;
}

/** `fast` ends the sessions and flushes; `immediate` is for clusters that are thrown away. */
export async function stopPostmaster(cluster: Cluster, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  if (!readPostmaster(cluster.directory)) return;
  await runAs(cluster.account, cluster.binaries.pgCtl, [
    '-D',
    cluster.directory,
    '-m',
    mode,
    '-w',
    '-t',
    '60',
    '-s',
    'stop',
  ]);
}

/**
 * The server that lives in a data directory now, or nothing. A file left by a machine that lost power
 * names a process that is gone or is somebody else's by now; it is removed.
 */
export function readPostmaster(directory: string): Postmaster | undefined {
  const file = join(directory, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (Number.isInteger(pid) && pid > 0 && isPostgres(pid)) return { pid, port };
  rmSync(file, { force: true });
  return undefined;
}

/** True when something answers on the port. */
export async function acceptsConnections(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

/** The preferred port when it is free, else one that the system gives. */
export async function freePort(preferred = 0): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort())));
    server.listen(preferred, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : preferred));
    });
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isPostgres(pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  try {
    const name =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/comm`, 'utf8')
        : execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' });
    return basename(name.trim()).startsWith('postgres');
  } catch {
    return false;
  }
}

function releaseOf(binaries: PostgresBinaries): number {
  const answer = execFileSync(binaries.postgres, ['--version'], { encoding: 'utf8' });
  return Number(/(\d+)/.exec(answer)?.[1]);
}

/** Bytewise order everywhere; from 17 on with the case rules of Unicode, which need no locale of the machine. */
function localeFlags(binaries: PostgresBinaries): string[] {
  return releaseOf(binaries) >= 17
    ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    : ['--locale=C'];
}

function moveUnlessThere(draft: string, place: string): void {
  try {
    renameSync(draft, place);
  } catch (error) {
    if (!clusterExists(place)) throw error;
  }
}

/** Rewritten at every start, so that the settings are always those of the code that runs. */
function writeSettings(cluster: Cluster, settings: ServerSettings): void {
  const own = join(cluster.directory, 'punos.conf');
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
  writeFileSync(own, `${lines.join('\n')}\n`);
  giveTo(cluster.account, own);
  const main = join(cluster.directory, 'postgresql.conf');
  const text = readFileSync(main, 'utf8');
  if (!text.includes("include 'punos.conf'")) writeFileSync(main, `${text}\ninclude 'punos.conf'\n`);
}
