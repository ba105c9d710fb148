// npm run fuzz -- [--documents 100000] [--doors 5000] [--refusals 50] [--seed 7] [--lanes 8] [--findings findings.json]
// A stranger's hour: documents made from our own schema, valid and not quite, with values that nobody sends in good faith, on every
// transport and under every role; then spoiled requests at every other door (hooks, mails, uploads, event streams), and what it costs to
// refuse what comes at so many a second. Zero of a part leaves it out. Exits with 1 when anything crashed, failed inside or was not well formed.
import 'reflect-metadata';

import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { openDatabase } from '../../src/database/open-database.ts';
import { asking } from '../support/asking.ts';
import { aServerProcess } from '../support/server-process.ts';
import { applicationUrl, startTestCluster } from '../support/test-cluster.ts';
import { OPEN_DOORS, someDoors } from './doors/place.ts';
import { runDoors } from './doors/run-doors.ts';
import { aPlaceToFuzz, OPEN_LIMITS } from './place.ts';
import { measureRefusals } from './refusals.ts';
import { runFuzz, type Finding } from './run.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    doors: { type: 'string', default: '5000' },
    refusals: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    lanes: { type: 'string', default: '8' },
    findings: { type: 'string' },
  },
});
const [documents, seed, lanes] = [Number(values.documents), Number(values.seed), Number(values.lanes)];
const say = (line: string) => void process.stderr.write(`${line}\n`);

say(`Seed ${seed}`);
// A million rows come together: without statistics PostgreSQL would go on as if there were none.
const cluster = await startTestCluster('18', { autovacuum: 'on' });
const databaseUrl = applicationUrl(cluster, cluster.template);
const database = openDatabase(databaseUrl, { poolSize: 4, statementTimeoutMs: 20_000 });
const dataDir = mkdtempSync(join(tmpdir(), 'punos-fuzz-'));
const server = await aServerProcess(databaseUrl, { ...OPEN_LIMITS, ...OPEN_DOORS, DATA_DIR: dataDir });
const causes = new Map<string, string>();
try {
  const place = await aPlaceToFuzz(database, await asking(database));
  await server.start();
  const { pid } = server;
  const outcome = await runFuzz({
    ...{ documents, seed, lanes, url: server.url, ...place },
    onProgress(sent, findings) {
      readCauses(server.log, causes);
      if (sent % 1_000 > 0) return;
      keep(findings);
      say(`${sent} of ${documents} documents, ${findings.length} findings`);
    },
  });
  const secret = await place.keyOf('supervisor');
  if (Number(values.refusals) > 0) {
    const plan = { url: server.url, pid: pid!, secret, perSecond: Number(values.refusals), seconds: 20 };
    console.log(JSON.stringify({ figure: 'refusals', ...(await measureRefusals(plan)) }));
  }
  const requests = Number(values.doors);
  const keys = [await place.keyOf('admin'), await place.keyOf('customer')];
  const { findings: atDoors, ...ofDoors } = await runDoors({
    ...{ requests, seed, url: server.url, sql: database.sql },
    doors: await someDoors({ database, sql: database.sql }, server.url, keys),
    onFinding: (finding) => say(JSON.stringify(finding)),
    onProgress(sent, found) {
      readCauses(server.log, causes);
      if (sent % 500 === 0) say(`${sent} of ${requests} requests at the doors, ${found.length} findings`);
    },
  });
  console.log(JSON.stringify({ figure: 'doors', ...ofDoors, findings: atDoors.length }));
  if (atDoors.length > 0) process.exitCode = 1;
  const crashed = !server.isRunning || server.pid !== pid;
  if (crashed) say(`The server ended:\n${server.log.slice(-40).join('\n')}`);
  const metrics = crashed ? '' : await (await fetch(`${server.url}/metrics`)).text();
  readCauses(server.log, causes);
  const { findings: found, ...figures } = outcome;
  const findings = keep(found);
  const kinds: Record<string, number> = {};
  for (const { what, cause } of findings) {
    const kind = `${what.slice(0, 200)}${cause ? ` ← ${cause.split('\n').slice(0, 1).join(' ')}` : ''}`;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  for (const [kind, count] of Object.entries(kinds)) say(`${count} × ${kind}`);
  console.log(
    JSON.stringify({
      ...{ figure: 'fuzz', ...figures, findings: findings.length, crashed },
      rssMb: Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 1_048_576),
      openSubscriptions: Number(/^punos_subscriptions (\S+)/m.exec(metrics)?.[1]),
    }),
  );
  if (crashed || findings.length > 0) process.exitCode = 1;
} finally {
  if (server.isRunning) await server.end('SIGTERM');
  await database.close();
  await cluster.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Findings with what the server wrote about them; in the file that was asked for already while the rest is being sent. */
function keep(findings: readonly Finding[]): (Finding & { cause: string | undefined })[] {
  const explained = findings.map((finding) => ({ ...finding, cause: causes.get(finding.requestId ?? '') }));
  if (values.findings) writeFileSync(values.findings, JSON.stringify(explained, null, 2));
  return explained;
}

/** Lines of the log that name a request and what went wrong with it. */
function readCauses(log: readonly string[], known: Map<string, string>): void {
  for (const line of log) {
    if (!line.includes('"requestId"') || !line.includes('"err"')) continue;
    try {
      const { requestId, err } = JSON.parse(line) as { requestId: string; err: { code?: string; stack: string } };
      known.set(requestId, `${err.code ?? ''} ${err.stack.trim()}`.trim());
    } catch {
      // A line of two chunks.
    }
  }
}
