import { readdirSync, readFileSync } from 'node:fs';

import { HOSTILE_DOCUMENTS } from '../support/hostile-documents.ts';
import type { FuzzDocument } from './documents.ts';
import { overHttp, overSockets, type Heard, type Send } from './senders.ts';

export interface RefusalFigures {
  /** Refusals, one after the other, nobody else there: CPU of all threads of the server, in milliseconds. Null: this system does not say. */
  readonly cpu: { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number } | null;
  readonly dearest: string;
  /** The server's event loop while documents come at the rate asked for, in milliseconds. */
  readonly loop: { readonly perSecond: number; readonly p99: number; readonly max: number };
}

export interface RefusalPlan {
  readonly url: string;
  readonly pid: number;
  readonly secret: string;
  readonly perSecond: number;
  readonly seconds: number;
}

/** What it costs to say no: documents that must be refused, over HTTP and WebSocket, each a text that was never seen before. */
export async function measureRefusals(plan: RefusalPlan): Promise<RefusalFigures> {
  const never = () => 1;
  const sockets = overSockets(plan.url, never);
  const ways: readonly (readonly [string, Send])[] = [
    ['HTTP', overHttp(plan.url, never)],
    ['WebSocket', sockets.send],
  ];
  let number = 0;
  const next = (): readonly [string, () => Promise<Heard>] => {
    const { name, query, variables = {} } = HOSTILE_DOCUMENTS[number % HOSTILE_DOCUMENTS.length]!;
    const [way, send] = ways[Math.floor(number / HOSTILE_DOCUMENTS.length) % ways.length]!;
    number += 1;
    const document: FuzzDocument = { kind: 'query', query: `${query} #${number}`, variables, isSpoiled: true };
    return [`${name}, over ${way}`, () => send(document, plan.secret)];
  };
  try {
    const costs: { readonly name: string; readonly ms: number }[] = [];
    for (let i = 0; i < 6 * HOSTILE_DOCUMENTS.length; i += 1) {
      const [name, send] = next();
      const before = cpuMsOf(plan.pid);
      await send();
      const after = cpuMsOf(plan.pid);
      // The first round warms up.
      if (before !== null && after !== null && i >= 2 * HOSTILE_DOCUMENTS.length)
        costs.push({ name, ms: after - before });
    }
    costs.sort((a, b) => a.ms - b.ms);
    const at = (share: number) => round(costs[Math.floor((costs.length - 1) * share)]!.ms);
    // Each scrape begins the measurement of the loop anew.
    await loopOf(plan.url);
    const waiting: Promise<unknown>[] = [];
    const began = performance.now();
    for (let i = 0; i < plan.perSecond * plan.seconds; i += 1) {
      const [, send] = next();
      waiting.push(send());
      const due = began + ((i + 1) * 1_000) / plan.perSecond - performance.now();
      if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    }
    await Promise.all(waiting);
    return {
      cpu: costs.length === 0 ? null : { count: costs.length, p50: at(0.5), p99: at(0.99), max: at(1) },
      dearest: costs.at(-1)?.name ?? '',
      loop: { perSecond: plan.perSecond, ...(await loopOf(plan.url)) },
    };
  } finally {
    sockets.close();
  }
}

async function loopOf(url: string): Promise<{ p99: number; max: number }> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const read = (name: string) =>
    round(Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(metrics)?.[1]) * 1_000);
  return { p99: read('p99'), max: read('max') };
}

/** Of all threads together, to the nanosecond, as Linux counts it. Null: elsewhere. */
function cpuMsOf(pid: number): number | null {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = tasks.map((task) =>
      Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
  } catch {
    return null;
  }
}

const round = (value: number) => Math.round(value * 10) / 10;
