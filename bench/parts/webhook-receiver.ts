// A partner's receiver of webhooks as a process of the bench: says 204 at once and notes how old each event was.
import { createServer } from 'node:http';

import { listen } from '../floors/plain-http.ts';
import { answerParent } from './answer-parent.ts';

export interface Received {
  /** From `recordedAt` of the event to the last byte of its first delivery, in milliseconds. */
  latenciesMs: number[];
  lost: number;
  /** Deliveries of what was there already. */
  repeated: number;
}

/** Nothing more comes after so long without anything. */
const QUIET_MS = 10_000;
const RECORDED_AT = /"recordedAt" ?: ?"([^"]+)"/;

const ids = new Set<string>();
let latenciesMs: number[] = [];
let repeated = 0;
let heardAt = 0;

function take(id: string, body: string): void {
  heardAt = performance.now();
  const recordedAt = RECORDED_AT.exec(body)?.[1];
  // A checkpoint is no event.
  if (recordedAt === undefined) return;
  if (ids.has(id)) repeated += 1;
  else latenciesMs.push(performance.timeOrigin + performance.now() - Date.parse(recordedAt));
  ids.add(id);
}

function start(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      take(String(request.headers['webhook-id']), Buffer.concat(chunks).toString());
      response.writeHead(204).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  return listen(server, 'http');
}

function begin(): void {
  ids.clear();
  latenciesMs = [];
  repeated = 0;
}

/** Waits until so many events have come, or nothing more does. */
async function end(expected: number): Promise<Received> {
  heardAt = performance.now();
  while (ids.size < expected && performance.now() - heardAt < QUIET_MS)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return { latenciesMs, lost: expected - ids.size, repeated };
}

answerParent({ start, begin, end });
