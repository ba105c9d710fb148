// A thread of its own for one rehearsal: rehearse-aside.ts starts it, feeds it and ends it.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

import type { PolicyDocument } from '../core/policy-document.ts';
import { policyOf } from '../core/read-policy.ts';
import { peakDay } from '../simulation/peak-day.ts';
import { dayOfHistory, type HistoryPiece } from './day-of-history.ts';
import { rehearseDay } from './rehearse-day.ts';
import type { FromThread, ThreadTask, ToThread } from './rehearse-aside.ts';

/** A day of a large shop, as in docs/routing.md. */
const DRAWN_DAY = { agents: 60, contactsAnHour: 600 };
const TOLD_EVERY_PERCENT = 5;
const BATCH = 1_000;
/** Behind the threads that serve, where there are not enough cores for all. */
const LOW_PRIORITY = 10;

const port = parentPort!;
const { seed, activeDocument, rehearsedDocument } = workerData as ThreadTask;
const pieces: HistoryPiece[] = [];

// Elsewhere this would be said of the whole process.
if (process.platform === 'linux') setPriority(LOW_PRIORITY);

port.on('message', (piece: ToThread) => {
  if (piece !== 'all') return void pieces.push(piece);
  rehearse();
  port.close();
});

function rehearse(): void {
  const day = seed === null ? dayOfHistory(pieces) : peakDay({ ...DRAWN_DAY, seed });
  const total = Math.max(1, day.contacts.length * 2);
  let arrived = 0;
  let told = 0;
  const { report, contacts } = rehearseDay(
    day,
    { active: read(activeDocument), rehearsed: read(rehearsedDocument) },
    () => {
      arrived += 1;
      const percent = Math.min(99, Math.floor((arrived * 100) / total));
      if (percent < told + TOLD_EVERY_PERCENT) return;
      told = percent;
      tell({ percent });
    },
  );
  for (let from = 0; from < contacts.length; from += BATCH)
    tell({ contacts: JSON.stringify(contacts.slice(from, from + BATCH)) });
  tell({ report });
}

const tell = (message: FromThread) => port.postMessage(message);
const read = (document: string) => policyOf(JSON.parse(document) as PolicyDocument);
