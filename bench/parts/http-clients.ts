// Clients over HTTP as a process of the bench: each connection asks, waits, asks again.
import { randomBytes } from 'node:crypto';

import { customerIdOf } from '../seed/customer-id.ts';
import { seededRandom } from '../random.ts';
import { activitiesBody } from './activities-body.ts';
import { answerParent } from './answer-parent.ts';
import { HttpConnection } from './http-connection.ts';
import { messageBody } from './message-body.ts';

export interface ClientLoad {
  url: string;
  key: string;
  connections: number;
  seconds: number;
  customers: number;
  seed: number;
  /** A document about random customers (`customerId`) or with one of the variables that are given; messages; batches of activities. */
  ask: { query: string; variables?: readonly object[] } | 'messages' | 'activities';
}

export interface ClientReadings {
  requests: number;
  /** Of the window itself: first request to last answer. */
  seconds: number;
  latenciesMs: number[];
}

let messages = 0;

async function load(given: ClientLoad): Promise<ClientReadings> {
  const random = seededRandom(given.seed);
  const connections = await Promise.all(
    Array.from({ length: given.connections }, () => HttpConnection.open(given.url, given.key)),
  );
  const latenciesMs: number[] = [];
  const started = performance.now();
  const until = started + given.seconds * 1_000;
  const body = () => {
    const anybody = () => Math.floor(random() * given.customers);
    if (given.ask === 'activities') return activitiesBody(anybody, `${given.seed}-${process.pid}-${(messages += 1)}`);
    const customer = anybody();
    if (given.ask === 'messages') return messageBody(customer, `${given.seed}-${process.pid}-${(messages += 1)}`);
    const { query, variables } = given.ask;
    const chosen = variables?.[Math.floor(random() * variables.length)];
    return JSON.stringify({ query, variables: chosen ?? { customerId: customerIdOf(customer) } });
  };
  await Promise.all(
    connections.map(async (connection) => {
      for (let before = performance.now(); before < until;) {
        const answer = await connection.post(body(), randomBytes(9).toString('base64url'));
        const after = performance.now();
        // Data comes first in the answers of both sides; a failure begins otherwise.
        if (!answer.subarray(0, 9).equals(DATA)) throw new Error(`A failure: ${answer.toString().slice(0, 600)}`);
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

answerParent({ load });
