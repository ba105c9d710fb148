import { randomBytes } from 'node:crypto';

import type { Database } from '../database/open-database.ts';

const CHANNEL = 'punos_journal';
/** At most one notification in this time: NOTIFY serialises commits, and a hint says nothing that a second one would not. */
const COALESCE_MS = 5;

/**
 * Tells other processes that the journal grew, and hears it from them. A notification is only a hint: it may be lost or late,
 * the tailer's timer is behind it. Sent outside of business transactions, leading edge first.
 */
export async function exchangeHints(database: Database, onHint: () => void): Promise<() => Promise<void>> {
  const self = randomBytes(6).toString('base64url');
  let timer: NodeJS.Timeout | null = null;
  let pending = false;

  const send = () => {
    pending = false;
    timer = setTimeout(() => {
      timer = null;
      if (pending) send();
    }, COALESCE_MS);
    // A lost hint costs at most one tick of the timer in the other processes.
    database.journal`select pg_notify(${CHANNEL}, ${self})`.catch(() => undefined);
  };
  const onCommit = () => {
    if (timer) pending = true;
    else send();
  };

  const unlisten = await database.listen(
    CHANNEL,
    (sender) => {
      if (sender !== self) onHint();
    },
    // Hints that came while the connection was away are gone: look for oneself.
    onHint,
  );
  database.committed.add(onCommit);

  return async () => {
    database.committed.delete(onCommit);
    if (timer) clearTimeout(timer);
    await unlisten();
  };
}
