import type { Sql } from '../../../src/database/open-database.ts';
import { dice } from '../../support/dice.ts';
import { tableCounts } from '../../support/table-digests.ts';
import { askLightly } from '../run.ts';
import { meant, type Doors, type Meant } from './doors.ts';
import { sendRaw, type RawAnswer, type RawRequest } from './raw-request.ts';
import { spoil } from './spoil.ts';

export interface DoorPlan {
  readonly requests: number;
  readonly seed: number;
  readonly url: string;
  readonly doors: Doors;
  readonly sql: Sql;
  readonly onFinding?: (finding: DoorFinding) => void;
  readonly onProgress?: (sent: number, findings: readonly DoorFinding[]) => void;
}

/** Something that no request may cause. */
export interface DoorFinding {
  readonly what: string;
  readonly door: string;
  readonly number: number;
  readonly request: Omit<RawRequest, 'body'> & { readonly body: string };
}

export interface DoorOutcome {
  readonly seed: number;
  readonly requests: number;
  readonly seconds: number;
  /** Statuses by door; `none` is who hung up or never ended. */
  readonly byDoor: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Requests after which the rows were counted: they were refused, or cut off. */
  readonly counted: number;
  /** A light query beside all this, in milliseconds. */
  readonly light: { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number };
  readonly findings: readonly DoorFinding[];
}

const MOST_FINDINGS = 100;
/** Filled behind what was taken in before, at some time. */
const BEHIND =
  /^(event|journal|stream_heads|webhook_(deliveries|attempts)|served_statuses|notices|audit_entries|service_clocks|segment_members|match_|routing_rehearsed_)/;

/** One stranger, one request after the other, so that what a request leaves behind is its own. */
export async function runDoors({ requests, seed, url, doors, sql, ...told }: DoorPlan): Promise<DoorOutcome> {
  const began = performance.now();
  const chance = dice(seed);
  const findings: DoorFinding[] = [];
  const byDoor: Record<string, Record<string, number>> = {};
  let counted = 0;
  const find = (finding: DoorFinding) => {
    if (findings.length >= MOST_FINDINGS) return;
    findings.push(finding);
    told.onFinding?.(finding);
  };
  const light = askLightly(
    url,
    () => Promise.resolve(doors.keys[0]!),
    (what) => find({ what, door: 'light', number: 0, request: NO_REQUEST }),
  );
  let rows = await rowsNow(sql);
  for (let number = 1; number <= requests; number += 1) {
    const id = `d${seed}-${number}`;
    const given = meant(chance, doors, id);
    const request = spoil(chance, given, id);
    const report = (what: string) => find({ what, door: given.door, number, request: shown(request) });
    try {
      const answer = await sendRaw(url, request);
      const statuses = (byDoor[given.door] ??= {});
      statuses[answer.status ?? 'none'] = (statuses[answer.status ?? 'none'] ?? 0) + 1;
      judge(given, answer, request, report);
      const isRefused = answer.status === null ? request.cutAfter !== null : answer.status >= 400;
      const now = await rowsNow(sql);
      if (isRefused) {
        counted += 1;
        for (const [table, count] of Object.entries(now))
          if (count > rows[table]!) report(`${answer.status}, and ${table} went from ${rows[table]} to ${count} rows`);
      }
      rows = now;
    } catch (error) {
      report(String((error as Error).message));
    }
    if (number % 50 === 0) told.onProgress?.(number, findings);
  }
  const latencies = (await light.stop()).sort((a, b) => a - b);
  const at = (share: number) => Math.round(latencies[Math.floor((latencies.length - 1) * share)] ?? 0);
  return {
    ...{ seed, requests, seconds: Math.round((performance.now() - began) / 100) / 10, byDoor, counted },
    light: { count: latencies.length, p50: at(0.5), p99: at(0.99), max: at(1) },
    findings,
  };
}

async function rowsNow(sql: Sql): Promise<Record<string, number>> {
  const counts = Object.entries(await tableCounts(sql));
  return Object.fromEntries(counts.filter(([table]) => !BEHIND.test(table)));
}

/** Says what is wrong with an answer, if anything is. */
function judge(
  { door }: Meant,
  { status, headers, text }: RawAnswer,
  request: RawRequest,
  report: (what: string) => void,
): void {
  if (status === null) {
    if (request.cutAfter === null && !request.isEndless) report('no answer');
    return;
  }
  const isUnbuilt = door === 'place' && status === 503;
  const isToldOf = isUnbuilt || (status === 503 && headers['retry-after'] !== undefined);
  if (status >= 500 && !isToldOf) report(`status ${status}: ${text.slice(0, 300)}`);
  if (status < 400 || request.method === 'HEAD') return;
  if (/node_modules|at .*\.ts:\d|postgres:|ECONN|ERR_/i.test(text)) report(`tells too much: ${text.slice(0, 300)}`);
  const message = messageIn(door, text);
  if (message === null || message.length < 12) report(`${status} without a word: ${text.slice(0, 300)}`);
}

/** What an answer says to somebody who reads it. Null: nothing. */
function messageIn(door: string, text: string): string | null {
  try {
    const body = JSON.parse(text) as { message?: string; errors?: { message?: string }[] };
    return body.errors?.[0]?.message ?? body.message ?? null;
  } catch {
    return door === 'place' || text.length < 200 ? text : null;
  }
}

const NO_REQUEST: DoorFinding['request'] = {
  ...{ method: '', target: '', version: '', headers: [], body: '', cutAfter: null, pieces: 1, isEndless: false },
};
const shown = (request: RawRequest): DoorFinding['request'] => ({
  ...request,
  headers: request.headers.slice(0, 20).map(([name, value]) => [name, value.slice(0, 200)]),
  body: `${request.body.length} bytes: ${request.body.toString('latin1').slice(0, 600)}`,
});
