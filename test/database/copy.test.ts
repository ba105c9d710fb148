import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { expect, test } from 'vitest';

import { singleConnection } from '../../src/database/single-connection.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();

test('the statement after a COPY is answered, however its rows fell into the buffers of their reader', async () => {
  const sql = singleConnection(database.applicationUrl);
  for (let kilobytes = 32; kilobytes <= 256; kilobytes += 8) {
    const rows =
      await sql`copy (select repeat('x', 1023) from generate_series(1, ${sql.unsafe(String(kilobytes))})) to stdout`.readable();
    let bytes = 0;
    // Begins to read when everything is there already: what the driver holds back is full by then.
    await new Promise((resolve) => setImmediate(resolve));
    await pipeline(rows, new PassThrough({ highWaterMark: 1 }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) bytes += chunk.length;
    });
    expect(bytes).toBe(kilobytes * 1_024);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  }
  await sql.end();
});
