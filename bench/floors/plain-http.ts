import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Sql } from 'postgres';

import { isSignedBy, readSignedHead } from '../../src/values/standard-webhooks.ts';

/** The look-up that our server does for each request, no more: the key's hash, believed for a second. */
export function keyLookUp(sql: Sql): (authorization: string | undefined) => Promise<boolean> {
  const known = new Map<string, { at: number; isValid: Promise<boolean> }>();
  return (authorization = '') => {
    const hash = createHash('sha256').update(authorization.slice('Bearer '.length)).digest();
    const name = hash.toString('base64url');
    const before = known.get(name);
    if (before && Date.now() - before.at < 1_000) return before.isValid;
    const isValid = sql`select 1 from api_keys where hash = ${hash} and revoked_at is null`.then(
      (rows) => rows.length > 0,
    );
    known.set(name, { at: Date.now(), isValid });
    return isValid;
  };
}

export function listen(server: Server, scheme: string): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

/** node:http and nothing else: reads JSON variables, checks the key, writes the text that it is given. */
export function plainHttp<Variables>(sql: Sql, answer: (variables: Variables) => Promise<string>): Promise<string> {
  const isValid = keyLookUp(sql);
  return bareHttp(async (request, bytes) => {
    if (!(await isValid(request.headers.authorization))) return null;
    return answer((JSON.parse(bytes.toString()) as { variables: Variables }).variables);
  });
}

/** The same for what is signed by Standard Webhooks: answers a body under the sender's name for the request. */
export function signedHttp<Body>(secret: string, answer: (body: Body, id: string) => Promise<string>): Promise<string> {
  return bareHttp(async (request, bytes) => {
    const head = readSignedHead(request.headersDistinct, new Date());
    if (!head || !isSignedBy([secret], head, bytes)) return null;
    return answer(JSON.parse(bytes.toString()) as Body, head.id);
  });
}

/** `answer` null: nobody may ask this. */
function bareHttp(answer: (request: IncomingMessage, bytes: Buffer) => Promise<string | null>): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const respond = async () => {
        const text = await answer(request, Buffer.concat(chunks));
        if (text === null) return response.writeHead(401).end();
        const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
        return response.writeHead(200, head).end(text);
      };
      respond().catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  });
  return listen(server, 'http');
}
