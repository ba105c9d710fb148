import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { answerError, errorText } from './answer-error.ts';

/** What Node's parser could not read, by its code, as status and what to do. */
const UNREADABLE: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The head of the request is larger than 16 KB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large', 'The chunks of the body have too many extensions.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not come in time. Send it again.'],
};
const NO_HTTP = [
  400,
  'Bad Request',
  'This is no HTTP/1.1 request that can be read: look at its head and lengths.',
] as const;

/** A NUL before the query, which no address of ours has and no text of PostgreSQL can hold. */
const NUL_IN_PATH = /^[^?]*%00/;

/** Requests that never reach a route are told why all the same, in the form of every other refusal. */
export function answerMalformed(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (NUL_IN_PATH.test(request.raw.url ?? ''))
      return answerError(reply, 400, 'BAD_REQUEST', 'The address holds the character U+0000: leave it out.');
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      return answerError(reply, 400, 'BAD_REQUEST', 'A request of HTTP/1.1 names its `Host`.');
    return undefined;
  });
  app.server.on('checkExpectation', ({ socket }: IncomingMessage) =>
    closeWith(socket, 417, 'Expectation Failed', 'The only `Expect` that is understood is `100-continue`.'),
  );
}

/** For Node's `clientError`: nothing more can be read from this connection. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  const [status, title, message] = UNREADABLE[error.code ?? ''] ?? NO_HTTP;
  if (error.code !== 'ECONNRESET') closeWith(socket, status, title, message);
}

/** The last words on a connection; none in the middle of an answer. */
export function closeWith(socket: Socket, status: number, title: string, message: string): void {
  if (socket.writable && !isAnswering(socket)) {
    const body = errorText('BAD_REQUEST', message);
    const head = [`content-type: ${JSON_TYPE}`, `content-length: ${Buffer.byteLength(body)}`, 'connection: close'];
    socket.end(`HTTP/1.1 ${status} ${title}\r\n${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

/** Where Node itself looks before it answers what it cannot read; with requests in a row no other place says whose turn it is. */
const isAnswering = (socket: Socket & { readonly _httpMessage?: ServerResponse | null }) =>
  socket._httpMessage?.headersSent === true;

const JSON_TYPE = 'application/json; charset=utf-8';
