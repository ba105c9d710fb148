import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, inject, test } from 'vitest';

import { superuserUrl } from '../support/test-cluster.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const postgres = superuserUrl(inject('cluster'));
/** Some forty processes start one after the other. */
const WITHIN_MS = 900_000;

interface Line {
  bench: string;
  figure: string;
  value: number;
  unit: string;
  command: string;
  machine: string;
  node: string;
  postgres: string;
  customers: number;
  met?: boolean;
}

/** Runs a bench as its user does, small and short, and reads what it printed. */
async function bench(...args: string[]): Promise<{ code: number | null; printed: string; said: string }> {
  const flags = ['--import', './scripts/typescript.mjs', 'bench/main.ts', ...args];
  const child = spawn(process.execPath, flags, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, printed, said };
}

const figuresOf = (printed: string) =>
  printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const packets = (bench: string) =>
  ['1000', '5000'].flatMap((load) =>
    ['rate', 'cpu', 'p50', 'p99', 'lost'].map((figure) => `${bench}.${load}.${figure}`),
  );
/** What each prints. */
const FIGURES: Record<string, string[]> = {
  'context-query': ['context-query.16', 'context-query.hot.16'],
  'commit-to-subscriber': [
    'commit-to-subscriber.many-customers.p99',
    'commit-to-subscriber.many-customers.lost',
    'commit-to-subscriber.one-customer.p99',
    'commit-to-subscriber.one-customer.lost',
  ],
  'fan-out': [...packets('fan-out'), 'fan-out.saturated'],
  spread: packets('spread'),
  execution: ['execution.whole', 'execution.bot'],
  'slow-readers': ['memory', 'p99', 'closed', 'lost'].map((figure) => `slow-readers.${figure}`),
  storm: ['bytes.one-customer', 'bytes.many-customers', 'memory', 'served', 'query-p99', 'lost'].map(
    (figure) => `storm.${figure}`,
  ),
  ingest: ['ingest.16'],
  identity: [
    ...['identity.intake.known', 'identity.intake.first'],
    ...['identity.audit.context-query', 'identity.audit.context-query.hot'],
    ...['rate', 'cpu', 'p50', 'p99', 'lost'].map((figure) => `identity.audit.fan-out.${figure}`),
  ],
  search: [
    'search.common-word',
    'search.two-common-words',
    'search.full-name',
    'search.misspelt',
    'search.identity',
    'search.shared-beginning',
    'search.order-number',
  ],
  timeline: ['timeline.short', 'timeline.long'],
  availability: ['availability.100', 'availability.200'],
  'order-events': ['order-events.16', 'order-events.webhook.p99', 'order-events.webhook.lost'],
  routing: [
    ...['seat', 'arrival', 'presence', 'step'].map((kind) => `routing.${kind}.p99`),
    ...['seat', 'arrival'].flatMap((kind) => ['p99', 'statements'].map((figure) => `routing.stored.${kind}.${figure}`)),
    'routing.stored.sustained',
  ],
  'routing-sim': [
    ...['0.5', '0.7', '0.85'].flatMap((load) =>
      ['waiting', 'mean-wait', 'estimate-error'].map((figure) => `routing-sim.erlang.${load}.${figure}`),
    ),
    ...[
      'answered-in-5-minutes',
      'mean-wait',
      'p95-wait',
      'skill-fit',
      'transfers',
      'utilisation-spread',
      'estimate-error',
    ].map((figure) => `routing-sim.peak.${figure}`),
  ],
  'long-transaction': ['long-transaction.p99', 'long-transaction.lost', 'long-transaction.naive-reader-lost'],
};

describe('npm run bench', () => {
  test('names its benches', async () => {
    const { code, printed } = await bench('--list');

    expect(code).toBe(0);
    expect(printed.split('\n').flatMap((line) => line.split(' ')[0] || [])).toEqual([
      'context-query',
      'commit-to-subscriber',
      'fan-out',
      'slow-readers',
      'storm',
      'execution',
      'spread',
      'ingest',
      'identity',
      'activity',
      'search',
      'timeline',
      'availability',
      'order-events',
      'long-transaction',
      'routing',
      'routing-sim',
    ]);
  });

  test('says what to do when the name is unknown', async () => {
    const { code, said } = await bench('faster');

    expect(code).toBe(1);
    expect(said).toContain('Say which: npm run bench -- <name …>');
  });

  describe('in its shortest form', () => {
    let all: Awaited<ReturnType<typeof bench>>;
    const args = [...Object.keys(FIGURES), '--quick', '--json', '--customers', '200'];
    beforeAll(async () => (all = await bench(...args, '--postgres', postgres)), WITHIN_MS);

    test.each(Object.entries(FIGURES))(
      '%s prints one figure a line, each with what it was measured on',
      (name, expected) => {
        expect({ code: all.code, said: all.said }).toEqual({ code: 0, said: expect.any(String) });
        const figures = figuresOf(all.printed).filter((line) => line.bench === name);
        expect(figures.map(({ figure }) => figure)).toEqual(expected);
        for (const figure of figures)
          expect(figure).toEqual({
            ...figure,
            value: expect.any(Number),
            unit: expect.any(String),
            command: `npm run bench -- ${args.join(' ')}`,
            machine: expect.stringMatching(/^\d+ × .+ GiB$/),
            node: process.versions.node,
            postgres: name === 'routing-sim' ? 'none' : expect.stringMatching(/^\d+/),
            customers: 200,
          });
        // Speed is for a quiet machine to tell; that nothing is lost holds on any.
        for (const { figure, met } of figures) if (figure.endsWith('.lost')) expect(met).toBe(true);
      },
    );
  });
});
