import { randomBytes } from 'node:crypto';

import type { Commit, Database } from '../database/open-database.ts';

const CHANNEL = 'punos_journal';
/** At most one notification in this time: NOTIFY serialises commits, and a hint says nothing that a second one would not. */
const COALESCE_MS = 5;
/** PostgreSQL takes less than 8,000. What is left out is found in the journal all the same. */
const MOST_CHARACTERS = 7_500;
/** What others may have begun to read by the time they have read the journal. */
const TOLD = 'customer:';

/**
 * Tells other processes that the journal grew, and hears it from them, with the customers that it grew by. A notification is only a hint: it
 * may be lost or late, the tailer's timer is behind it. Sent outside of business transactions, leading edge first.
 */
export async function exchangeHints(
  database: Database,
  onHint: (commits: readonly Commit[]) => void,
): Promise<() => Promise<void>> {
  const self = randomBytes(6).toString('base64url');
  let timer: NodeJS.Timeout | null = null;
  let pending: Commit[] = [];

  const send = () => {
    const hint = encodeHint(self, pending);
    pending = [];
    timer = setTimeout(() => {
      timer = null;
      if (pending.length > 0) send();
    }, COALESCE_MS);
    // A lost hint costs at most one tick of the timer in the other processes.
    database.journal`select pg_notify(${CHANNEL}, ${hint})`.catch(() => undefined);
  };
  const onCommit = (commit: Commit) => {
    pending.push(commit);
    if (!timer) send();
  };

  const unlisten = await database.listen(
    CHANNEL,
    (hint) => {
      const { sender, commits } = decodeHint(hint);
      if (sender !== self) onHint(commits);
    },
    // Hints that came while the connection was away are gone: look for oneself.
    () => onHint([]),
  );
  database.committed.add(onCommit);

  return async () => {
    database.committed.delete(onCommit);
    if (timer) clearTimeout(timer);
    await unlisten();
  };
}

/** A line with who sends it, then one for each commit. */
function encodeHint(sender: string, commits: readonly Commit[]): string {
  let hint = sender;
  for (const { xid, streams } of commits) {
    const told = streams.filter((stream) => stream.startsWith(TOLD));
    const line = `\n${[xid, ...told].join(' ')}`;
    if (told.length > 0 && hint.length + line.length <= MOST_CHARACTERS) hint += line;
  }
  return hint;
}

function decodeHint(hint: string): { sender: string; commits: readonly Commit[] } {
  const [sender = '', ...lines] = hint.split('\n');
  const commits = lines.map((line) => {
    const [xid = '', ...streams] = line.split(' ');
    return { xid, streams };
  });
  return { sender, commits: commits.filter(({ xid }) => /^\d{1,20}$/.test(xid)) };
}
