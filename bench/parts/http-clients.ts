// Clients over HTTP as a process of the bench: each connection asks, waits, asks again.
import { randomBytes } from 'node:crypto';

import { customerIdOf } from '../seed/customer-id.ts';
import { seededRandom } from '../random.ts';
import { activitiesBody } from './activities-body.ts';
import { answerParent } from './answer-parent.ts';
import { HttpConnection } from './http-connection.ts';
import { messageBody, senderBody, type Senders } from './message-body.ts';
import { lifeOfOrder, signedHead } from './order-life.ts';

export interface ClientLoad {
  url: string;
  /** Null for orders, whose requests are signed. */
  key: string | null;
  connections: number;
  seconds: number;
  customers: number;
  seed: number;
  /** A document about random customers (`customerId`) or with one of the variables that are given; messages, also of senders with more than an address; batches of activities; facts of orders. */
  ask: { query: string; variables?: readonly object[] } | Senders | 'messages' | 'activities' | 'orders';
}

export interface ClientReadings {
  requests: number;
  /** Of the window itself: first request to last answer. */
  seconds: number;
  latenciesMs: number[];
}

let named = 0;

async function load(given: ClientLoad): Promise<ClientReadings> {
  const random = seededRandom(given.seed);
  const connections = await Promise.all(
    Array.from({ length: given.connections }, () => HttpConnection.open(given.url, given.key)),
  );
  const good = given.ask === 'orders' ? TAKEN : DATA;
  const latenciesMs: number[] = [];
  const started = performance.now();
  const until = started + given.seconds * 1_000;
  await Promise.all(
    connections.map(async (connection) => {
      const next = requestsOf(given, random);
      for (let before = performance.now(); before < until;) {
        const { body, head } = next();
        const answer = await connection.post(body, randomBytes(9).toString('base64url'), head);
        const after = performance.now();
        // Both sides begin alike when it went well.
        if (!answer.subarray(0, good.length).equals(good))
          throw new Error(`A failure: ${answer.toString().slice(0, 600)}`);
        latenciesMs.push(after - before);
        before = after;
      }
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  for (const connection of connections) connection.close();
  return { requests: latenciesMs.length, seconds, latenciesMs };
}

const DATA = Buffer.from('{"data":{');
const TAKEN = Buffer.from('{"taken":1,"waiting":0,"quarantined":0}');

/** What one connection asks, one after the other: an order is told from its beginning to its end before the next one. */
function requestsOf({ ask, seed, customers }: ClientLoad, random: () => number): () => { body: string; head?: string } {
  const anybody = () => Math.floor(random() * customers);
  const name = () => `${seed}-${process.pid}-${(named += 1)}`;
  if (ask === 'activities') return () => ({ body: activitiesBody(anybody, name()) });
  if (ask === 'messages') return () => ({ body: messageBody(anybody(), name()) });
  if (ask === 'orders') {
    let left: string[] = [];
    return () => {
      if (left.length === 0) left = lifeOfOrder(anybody(), name());
      const body = left.shift()!;
      return { body, head: signedHead(name(), body) };
    };
  }
  if ('senders' in ask) return () => ({ body: senderBody(ask, anybody(), name()) });
  const { query, variables } = ask;
  return () => {
    const chosen = variables?.[Math.floor(random() * variables.length)];
    return { body: JSON.stringify({ query, variables: chosen ?? { customerId: customerIdOf(anybody()) } }) };
  };
}

answerParent({ load });
