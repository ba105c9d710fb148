// Writers as a process of the bench: messages through the services, at a steady rate, from a pool of their own.
import type { Database } from '../../src/database/open-database.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { BENCH_VIEWER } from '../bench-key.ts';
import { seededRandom } from '../random.ts';
import { emailOf } from '../seed/customer-id.ts';
import { answerParent, cpuSeconds } from './answer-parent.ts';
import { writeSteadily, type SteadyWriting, type WritingReadings } from './steady-writing.ts';

export interface Writing extends SteadyWriting {
  /** Messages come from the customers with numbers below this one. */
  customers: number;
  seed: number;
}

let count = 0;

function write(writing: Writing): Promise<WritingReadings> {
  const random = seededRandom(writing.seed);
  const receiveNext = (database: Database) => receive(database, Math.floor(random() * writing.customers));
  return writeSteadily(writing, () => receiveNext);
}

async function receive(database: Database, customer: number): Promise<string> {
  const scope = { db: database, viewer: BENCH_VIEWER, now: new Date() };
  const { customerId } = await receiveMessage(scope, {
    inbox: 'bench-0',
    sender: { kind: 'email', value: emailOf(customer) },
    externalId: `writer-${process.pid}-${(count += 1)}`,
    text: 'Where is my parcel? The page of the carrier has said the same since Monday.',
    occurredAt: scope.now,
  });
  return customerId;
}

answerParent({ write, cpu: cpuSeconds });
