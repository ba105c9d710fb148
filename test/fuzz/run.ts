import type { GraphQLSchema } from 'graphql';

import { ERROR_CODES } from '../../src/values/error-codes.ts';
import { dice } from '../support/dice.ts';
import { Documents, type Act, type FuzzDocument } from './documents.ts';
import { Harvest } from './harvest.ts';
import { overEventStream, overHttp, overSockets, type Heard, type Result, type Send } from './senders.ts';
import { Values } from './values.ts';

export interface FuzzPlan {
  readonly documents: number;
  readonly seed: number;
  /** Strangers who send at once. */
  readonly lanes: number;
  readonly schema: GraphQLSchema;
  readonly url: string;
  readonly act: Act;
  /** A key of some role; asked again when one was revoked by a document. */
  readonly keyOf: (role: Role) => Promise<string>;
  readonly onProgress?: (sent: number, findings: readonly Finding[]) => void;
}

const ROLES = [
  'admin',
  'admin',
  'admin',
  'admin',
  'admin',
  'integration',
  'supervisor',
  'agent',
  'bot',
  'partner',
  'customer',
] as const;
export type Role = (typeof ROLES)[number];

/** Something that no document may cause. */
export interface Finding {
  readonly what: string;
  readonly transport: string;
  readonly role: Role;
  readonly document: FuzzDocument;
  /** Finds what the server wrote about it. */
  readonly requestId: string | undefined;
}

export interface FuzzOutcome {
  readonly seed: number;
  readonly documents: number;
  readonly seconds: number;
  readonly byTransport: Readonly<Record<string, number>>;
  /** First error codes, and what ran: `data`, `data with errors`. */
  readonly byOutcome: Readonly<Record<string, number>>;
  /** Times a document revoked the key that its lane used. */
  readonly keysRenewed: number;
  /** Told to come back because the process was behind: right on a machine that does other things too, and to be looked at on one that does not. */
  readonly overloaded: number;
  /** A light query beside all this, in milliseconds. */
  readonly light: { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number };
  readonly findings: readonly Finding[];
}

const LIGHT: FuzzDocument = { kind: 'query', query: '{ viewer { role } cursor }', variables: {}, isSpoiled: false };
const LIGHT_EVERY_MS = 50;
/** One bug is found by a thousand documents; a few of each are enough to mend it. */
const MOST_FINDINGS = 500;

/** Strangers send what they can think of, on every transport and under every role, while somebody asks a light question. */
export async function runFuzz(plan: FuzzPlan): Promise<FuzzOutcome> {
  const began = performance.now();
  const harvest = new Harvest();
  const counts = { transports: new Map<string, number>(), outcomes: new Map<string, number>() };
  const findings: Finding[] = [];
  const keys = new Map<Role, Promise<string>>();
  const keyOf = (role: Role) => {
    const known = keys.get(role) ?? plan.keyOf(role);
    keys.set(role, known);
    return known;
  };
  let sent = 0;
  let done = 0;
  let keysRenewed = 0;
  let overloaded = 0;

  const lane = async (number: number) => {
    const chance = dice(plan.seed * 101 + number);
    const values = new Values(chance, harvest);
    const documents = new Documents(plan.schema, chance, { values, act: plan.act });
    const sockets = overSockets(plan.url, chance.roll);
    const transports: readonly (readonly [string, Send])[] = [
      ['http', overHttp(plan.url, chance.roll)],
      ['websocket', sockets.send],
      ['event stream', overEventStream(plan.url)],
    ];
    while (sent < plan.documents) {
      sent += 1;
      const document = await documents.next();
      const role = chance.pick(ROLES);
      const isLive = document.kind === 'subscription';
      const [transport, send] = transports[chance.roll(12) === 0 ? 2 : isLive ? 1 : chance.roll(3) === 0 ? 1 : 0]!;
      add(counts.transports, transport);
      const secret = await keyOf(role);
      const report = (what: string, requestId?: unknown) => {
        if (findings.length >= MOST_FINDINGS) return;
        findings.push({ what, transport, role, document, requestId: requestId as string | undefined });
      };
      try {
        const heard = await send(document, secret);
        if (isRefusedKey(heard)) {
          keysRenewed += 1;
          if ((await keys.get(role)) === secret) keys.delete(role);
        }
        if (isOverloaded(heard)) {
          overloaded += 1;
          continue;
        }
        for (const each of heard.results) {
          harvest.learn(each.data);
          judge(each, heard.status, report);
          add(counts.outcomes, outcomeOf(each));
        }
      } catch (error) {
        if (/closed: (4401|4403)/.test(String(error))) {
          keysRenewed += 1;
          if ((await keys.get(role)) === secret) keys.delete(role);
        } else if (String(error).includes('server response: 503')) overloaded += 1;
        else report(describe(error));
      }
      done += 1;
      if (done % 50 === 0) plan.onProgress?.(done, findings);
    }
    sockets.close();
  };

  const light = askLightly(
    plan.url,
    () => plan.keyOf('agent'),
    (what) => findings.push({ what, transport: 'http', role: 'agent', document: LIGHT, requestId: undefined }),
  );
  await Promise.all(Array.from({ length: plan.lanes }, (_, number) => lane(number)));
  const latencies = (await light.stop()).sort((a, b) => a - b);
  const at = (share: number) =>
    round(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0);
  return {
    seed: plan.seed,
    documents: sent,
    seconds: round((performance.now() - began) / 1_000),
    byTransport: Object.fromEntries(counts.transports),
    byOutcome: Object.fromEntries([...counts.outcomes].sort(([, a], [, b]) => b - a)),
    keysRenewed,
    overloaded,
    light: { count: latencies.length, p50: at(0.5), p99: at(0.99), max: at(1) },
    findings,
  };
}

/** Says what is wrong with a result, if anything is. */
function judge(result: Result, status: number | null, report: (what: string, requestId?: unknown) => void): void {
  if (status !== null && status >= 500) report(`status ${status}: ${JSON.stringify(result).slice(0, 300)}`);
  const { data, errors } = result;
  if (data === undefined && errors === undefined) return report(`neither data nor errors: ${JSON.stringify(result)}`);
  if (errors === undefined) return;
  if (!Array.isArray(errors) || errors.length === 0) return report(`no list of errors: ${JSON.stringify(errors)}`);
  for (const { message, extensions } of errors as NonNullable<Result['errors']>) {
    const code = extensions?.code;
    if (typeof message !== 'string' || typeof code !== 'string' || !Object.hasOwn(ERROR_CODES, code))
      report(`an error without its form: ${JSON.stringify({ message, extensions })}`);
    else if (code === 'INTERNAL_SERVER_ERROR' || code === 'UNAVAILABLE') report(code, extensions?.requestId);
    // The lexer's own word on a quote says nothing about the schema.
    else if (/did you mean (?!to use a double quote)|postgres|node_modules|at .*\.ts:\d/i.test(message))
      report(`tells too much: ${message}`);
  }
}

function outcomeOf({ data, errors }: Result): string {
  const code = errors?.[0]?.extensions?.code;
  if (data === undefined || data === null) return String(code);
  return errors ? `data with ${String(code)}` : 'data';
}

const isRefusedKey = ({ status, results }: Heard) =>
  status === 401 || results.some(({ errors }) => errors?.[0]?.extensions?.code === 'UNAUTHENTICATED');

/** The process says that it is behind, before it looked at the document. */
const isOverloaded = ({ results }: Heard) =>
  results.some(({ errors }) => String(errors?.[0]?.message).startsWith('The server is overloaded'));

function describe(error: unknown): string {
  const { message, cause } = error as Error;
  return `no answer: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`;
}

/** A light query again and again, beside everything else. Resolves with how long each took, in milliseconds. */
export function askLightly(
  url: string,
  keyOf: () => Promise<string>,
  failed: (what: string) => void,
): { stop(): Promise<number[]> } {
  const latencies: number[] = [];
  let going = true;
  const running = (async () => {
    let secret = await keyOf();
    while (going) {
      const began = performance.now();
      try {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query: LIGHT.query }),
        });
        const { data } = (await response.json()) as { data?: unknown };
        latencies.push(performance.now() - began);
        if (!data) secret = await keyOf();
      } catch (error) {
        failed(describe(error));
      }
      await new Promise((resolve) => setTimeout(resolve, LIGHT_EVERY_MS));
    }
    return latencies;
  })();
  return {
    stop() {
      going = false;
      return running;
    },
  };
}

const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
const round = (value: number) => Math.round(value * 10) / 10;
