// What the context query would cost without Punos: plain node:http and one statement with a generic plan.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import postgres from 'postgres';

import { answerParent, cpuSeconds } from '../parts/answer-parent.ts';
import { CONTEXT_STATEMENT } from './context-statement.ts';
import { keyLookUp } from './key-look-up.ts';

const STATEMENT = CONTEXT_STATEMENT('$1');

function start({ databaseUrl, poolSize }: { databaseUrl: string; poolSize: number }): Promise<string> {
  const connection = { plan_cache_mode: 'force_generic_plan' };
  const sql = postgres(databaseUrl, { max: poolSize, connection });
  const isValid = keyLookUp(sql);

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = async () => {
        if (!(await isValid(request.headers.authorization))) return response.writeHead(401).end();
        const body = JSON.parse(Buffer.concat(chunks).toString()) as { variables: { customerId: string } };
        const [row] = await sql.unsafe<{ packet: string }[]>(STATEMENT, [body.variables.customerId], { prepare: true });
        const text = `{"data":{"contextPacket":${row?.packet ?? 'null'}}}`;
        return response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
          .end(text);
      };
      answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

answerParent({ start, cpu: cpuSeconds });
