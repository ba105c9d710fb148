import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';

/**
 * As whom PostgreSQL's programs run. PostgreSQL refuses root, so that root hands them to an
 * account of the system; anybody else runs them as himself.
 */
export interface SystemAccount {
  name: string;
  /** Absent when this process is not root and simply runs the programs itself. */
  ids?: { uid: number; gid: number };
  /** The account cannot walk into the directories by itself (a clone below /root, say), so it is lent that one right. */
  lendPassage: boolean;
}

/** Chooses the account, and proves that it can start `program` and enter `directory`. */
export function chooseSystemAccount(directory: string, program: string): SystemAccount {
  if (process.platform === 'win32' || process.getuid?.() !== 0) {
    return { name: userInfo().username, lendPassage: false };
  }
  const account = { ...accountFor(directory), lendPassage: false };
  if (canReach(account, directory, program)) return account;
  const lent = { ...account, lendPassage: true };
  if (canReach(lent, directory, program)) return lent;
  throw new Error(
    `PostgreSQL does not run as root, and the account ${account.name} cannot reach ${directory} and ${program}. ` +
      'Start Punos as an ordinary user, or move it and DATA_DIR out of directories that only root may enter.',
  );
}

/** Gives a file or directory to the account, so that it may read and write it. */
export function giveTo(account: SystemAccount, path: string): void {
  if (account.ids) chownSync(path, account.ids.uid, account.ids.gid);
}

/** Runs one program to its end as the account. Rejects with what it printed when it fails. */
export async function runAs(account: SystemAccount, program: string, args: string[]): Promise<void> {
  const command = commandAs(account, program, args);
  const child = spawn(command.program, command.args, {
    ...command.ids,
    env: PROGRAM_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let printed = '';
  const note = (chunk: Buffer) => (printed += chunk.toString());
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  // 'exit', not 'close': on Windows the postmaster inherits the pipes and 'close' would wait for it.
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${program} failed (${String(code)}): ${printed.trim()}`);
}

/** Whose the cluster already is decides; a fresh one goes to an account made for databases. */
function accountFor(directory: string): { name: string; ids: { uid: number; gid: number } } {
  const owner = existsSync(directory) ? statSync(directory) : undefined;
  if (owner && owner.uid !== 0) return { name: `#${owner.uid}`, ids: { uid: owner.uid, gid: owner.gid } };
  for (const name of ['postgres', 'punos']) {
    const ids = idsOf(name);
    if (ids) return { name, ids };
  }
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'punos']);
  const name = idsOf('punos') ? 'punos' : 'nobody';
  const ids = idsOf(name);
  if (!ids) {
    throw new Error(
      'PostgreSQL does not run as root, and no other account could be made. Start Punos as an ordinary user.',
    );
  }
  return { name, ids };
}

function idsOf(name: string): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

function canReach(account: SystemAccount, directory: string, program: string): boolean {
  const command = commandAs(account, '/bin/sh', [
    '-c',
    'cd "$1" && test -x "$2" && "$2" --version',
    'sh',
    directory,
    program,
  ]);
  const result = spawnSync(command.program, command.args, {
    ...command.ids,
    env: PROGRAM_ENVIRONMENT,
    stdio: 'ignore',
  });
  return result.status === 0;
}

/**
 * Passage is lent through util-linux' setpriv as the ambient capability DAC_OVERRIDE, which containers
 * usually have; opening root's directories to everybody instead would be the worse surprise.
 */
function commandAs(account: SystemAccount, program: string, args: string[]) {
  if (!account.ids) return { program, args, ids: {} };
  if (!account.lendPassage) return { program, args, ids: account.ids };
  // Without the last one access() still judges by the account alone, and initdb asks access() whether its server is there.
  const passage = [
    '--inh-caps',
    '+dac_override',
    '--ambient-caps',
    '+dac_override',
    '--securebits',
    '+no_setuid_fixup',
  ];
  const lend = ['--clear-groups', ...passage];
  const become = ['--reuid', String(account.ids.uid), '--regid', String(account.ids.gid)];
  return { program: 'setpriv', args: [...become, ...lend, '--', program, ...args], ids: {} };
}

/**
 * Constant on purpose: PGDATA, PGPORT or a foreign locale of the caller must not reach the programs.
 * Windows adds what its programs cannot live without by itself.
 */
const PROGRAM_ENVIRONMENT: NodeJS.ProcessEnv = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};
