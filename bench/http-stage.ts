import { isDeepStrictEqual } from 'node:util';

import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Ground } from './bench.ts';
import { HttpConnection } from './parts/http-connection.ts';
import { startPart, type Part } from './parts/part.ts';
import { copyDatabase, dropDatabase } from './seed/seeded-database.ts';
import type { Side } from './sides.ts';

/** Our server and a floor, each a process of its own, and those who ask them over HTTP. */
export interface HttpStage<Each extends Side = Side> {
  clients: Part;
  ours: Each;
  floor: Each;
}

/** A side with a database of its own to write into. */
export interface WrittenSide extends Side {
  databaseUrl: string;
}

/** Connections to the database of each side that reads. */
const READ_POOL = 16;

/** Both sides read the same rows. */
export async function onReadStage<T>(
  { options, postgres, database }: Ground,
  floorFile: string,
  work: (stage: HttpStage) => Promise<T>,
): Promise<T> {
  const databaseUrl = postgres.urlOf(database);
  const key = await benchKey(databaseUrl);
  return withParts(floorFile, options.profileDir, async ([server, floorServer, clients]) => {
    const settings = { ...UNLIMITED, DATABASE_POOL_SIZE: String(READ_POOL) };
    const url = `${await server.ask<string>('start', { databaseUrl, settings })}/graphql`;
    const floorUrl = await floorServer.ask<string>('start', { databaseUrl, poolSize: READ_POOL });
    return work({ clients, ours: { server, url, key }, floor: { server: floorServer, url: floorUrl, key } });
  });
}

/** Each side writes into a copy of the rows; the floor by as many connections as there are writers. */
export async function onWriteStage(
  { options, postgres, database }: Ground,
  { floorFile, writers, settings = {} }: { floorFile: string; writers: number; settings?: Record<string, string> },
  work: (stage: HttpStage<WrittenSide>) => Promise<void>,
): Promise<void> {
  const copies = [await copyDatabase(postgres, database, 'ours'), await copyDatabase(postgres, database, 'floor')];
  const [ourUrl, floorUrl] = copies.map((copy) => postgres.urlOf(copy));
  try {
    await withParts(floorFile, options.profileDir, async ([server, floorServer, clients]) => {
      const ours = await openWritten(server, ourUrl!, { settings: { ...UNLIMITED, ...settings } });
      const floor = await openWritten(floorServer, floorUrl!, { poolSize: writers });
      await work({ clients, ours: { ...ours, url: `${ours.url}/graphql` }, floor });
    });
  } finally {
    for (const copy of copies) await dropDatabase(postgres, copy);
  }
}

/** The same program twice, each on a copy of the rows: what makes the difference is in what the one is started with, or asked. */
export async function onTwinStage(
  { options, postgres, database }: Ground,
  { settings = {}, floor: otherwise = {} }: { settings?: Record<string, string>; floor?: { isUnaudited?: boolean } },
  work: (stage: HttpStage<WrittenSide>) => Promise<void>,
): Promise<void> {
  const copies = [await copyDatabase(postgres, database, 'ours'), await copyDatabase(postgres, database, 'floor')];
  const [ourUrl, floorUrl] = copies.map((copy) => postgres.urlOf(copy));
  const given = { settings: { ...UNLIMITED, ...settings } };
  try {
    await withParts('parts/app-server.ts', options.profileDir, async ([server, floorServer, clients]) => {
      const ours = await openWritten(server, ourUrl!, given);
      const floor = await openWritten(floorServer, floorUrl!, { ...given, ...otherwise });
      const [url, plainUrl] = [ours, floor].map((side) => `${side.url}/graphql`);
      await work({ clients, ours: { ...ours, url: url! }, floor: { ...floor, url: plainUrl! } });
    });
  } finally {
    for (const copy of copies) await dropDatabase(postgres, copy);
  }
}

async function withParts<T>(
  floorFile: string,
  profileDir: string | null,
  work: (parts: [server: Part, floorServer: Part, clients: Part]) => Promise<T>,
): Promise<T> {
  const parts = await Promise.all([
    startPart('parts/app-server.ts', profileDir),
    startPart(floorFile, profileDir),
    startPart('parts/http-clients.ts'),
  ]);
  try {
    return await work(parts);
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
}

async function openWritten(server: Part, databaseUrl: string, given: object): Promise<WrittenSide> {
  const url = await server.ask<string>('start', { databaseUrl, ...given });
  return { server, url, databaseUrl, key: await benchKey(databaseUrl) };
}

/** The same bodies must leave the same rows on both sides, so many of them, or a comparison says nothing. */
export async function compareRows(
  { ours, floor }: HttpStage<WrittenSide>,
  bodies: readonly string[],
  {
    rowsOf,
    count,
    headOf,
  }: {
    rowsOf: (databaseUrl: string) => Promise<readonly unknown[]>;
    count: number;
    /** Further header lines of a body. */
    headOf?: (name: string, body: string) => string;
  },
): Promise<void> {
  const [mine, plain] = await Promise.all(
    [ours, floor].map(async ({ url, key, databaseUrl }) => {
      const connection = await HttpConnection.open(url, key);
      for (const [i, body] of bodies.entries())
        await connection.post(body, `compare-${i}`, headOf?.(`compare-${i}`, body));
      connection.close();
      return rowsOf(databaseUrl);
    }),
  );
  if (mine!.length !== count || !isDeepStrictEqual(mine, plain))
    throw new Error(`The floor writes otherwise:\n${JSON.stringify(mine![0])}\n${JSON.stringify(plain![0])}`);
}
