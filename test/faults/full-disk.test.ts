import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, inject, test } from 'vitest';

import { singleConnection } from '../../src/database/single-connection.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { applicationUrl, superuserUrl } from '../support/test-cluster.ts';
import { until } from '../support/until.ts';

const cluster = inject('cluster');
const disk = mkdtempSync(join(tmpdir(), 'punos-disk-'));
const name = `full_${process.pid}`;

/** A disk of a few megabytes, where this user may mount one. */
function mountSmallDisk(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m,mode=0777', 'tmpfs', disk], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
const isMounted = mountSmallDisk();
if (!isMounted) console.warn('H20 is skipped: this user may not mount a small disk (tmpfs).');

const superuser = singleConnection(superuserUrl(cluster));
afterAll(async () => {
  await superuser.unsafe(`drop database if exists ${name} with (force)`);
  await superuser.unsafe('drop tablespace if exists small');
  await superuser.end();
  if (isMounted) execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

const NOTE = /* GraphQL */ `
  mutation ($n: String!, $text: String!) {
    customerUpsert(
      input: { source: "crm", identities: [{ kind: EXTERNAL_ID, value: $n }], profile: { displayName: $text } }
    ) {
      customer {
        id
      }
      userErrors {
        code
      }
    }
  }
`;

test.skipIf(!isMounted)(
  'H20: a full disk leaves reading, loses nothing that was acknowledged, is told on /readyz, and ends when there is space',
  async () => {
    const [{ directory }] = (await superuser`show data_directory`.then((rows) =>
      rows.map((row) => ({ directory: String(row['dataDirectory'] ?? row['data_directory']) })),
    )) as unknown as [{ directory: string }];
    const { uid, gid } = statSync(directory);
    chownSync(disk, uid, gid);
    await superuser.unsafe(`create tablespace small location '${disk}'`);
    await superuser.unsafe(`create database ${name} template ${cluster.template} tablespace small`);
    const url = applicationUrl(cluster, name);
    const database = openDatabase(url, { poolSize: 2, statementTimeoutMs: 20_000 });
    const place = { database, sql: database.sql, name, applicationUrl: url, ownerUrl: '', superuserUrl: '' };
    const admin = await aKey(place, 'integration', {});
    const app = await withApp(place, { RATE_COST_PER_SECOND: '1000000', RATE_COST_BURST: '10000000' });

    const acknowledged: string[] = [];
    const write = async (number: number) => {
      const variables = { n: `c-${number}`, text: 'x'.repeat(150) };
      const { status, body } = await post(app.url, admin.secret, NOTE, variables);
      const payload = body.data?.['customerUpsert'] as { customer: { id: string } | null } | undefined;
      if (payload?.customer) acknowledged.push(payload.customer.id);
      return { status, code: body.errors?.[0]?.extensions['code'] };
    };
    const read = () => post(app.url, admin.secret, '{ customers(first: 1) { nodes { id } } }');
    const ready = async () => (await (await fetch(`${app.url}/readyz`)).json()) as unknown;

    for (let number = 0; number < 20; number += 1) await write(number);
    fill(disk, 'ballast');

    let number = 20;
    const refused = await until(
      () => write((number += 1)),
      ({ status }) => status !== 200,
      60_000,
    );
    expect(refused).toEqual({ status: 503, code: 'UNAVAILABLE' });
    expect((await read()).status).toBe(200);
    expect(await ready()).toEqual({ status: 'ready', warnings: ['read only: the database has no space left'] });

    rmSync(join(disk, 'ballast'));
    const began = performance.now();
    await until(
      () => write((number += 1)),
      ({ status }) => status === 200,
    );
    console.log(
      `H20: full after ${acknowledged.length} acknowledged; wrote again ${Math.round(performance.now() - began)} ms after there was space`,
    );
    expect(await ready()).toEqual({ status: 'ready' });
    const kept = await database.sql<{ id: string }[]>`select id from customers`;
    const ids = new Set(kept.map(({ id }) => id));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    await app.close();
    await database.close();
  },
);

/** Takes what is free, as far as nobody else takes it meanwhile. */
function fill(path: string, file: string): void {
  const { bsize, bavail } = statfs(path);
  try {
    writeFileSync(join(path, file), Buffer.alloc(bavail * bsize));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Free blocks, as `stat -f` tells them. */
function statfs(path: string): { bsize: number; bavail: number } {
  const [bsize, bavail] = execFileSync('stat', ['-f', '-c', '%S %a', path]).toString().trim().split(' ').map(Number);
  return { bsize: bsize!, bavail: bavail! };
}
