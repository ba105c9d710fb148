import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FastifyInstance } from 'fastify';

import { closeWith } from './malformed-requests.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes files: its body may take as long as it needs while it moves on. */
    readonly isUpload?: boolean;
  }
}

export interface BodyTimes {
  /** How long an ordinary body may take, from its head to its last byte, in milliseconds. */
  readonly bodyTimeoutMs: number;
  /** The same for a file. */
  readonly uploadTimeoutMs: number;
}

/** A file whose bytes come slower than this for as long as an ordinary body may take is not coming. */
const SLOWEST_BYTES_PER_SECOND = 1_024;
const LOOKED_AT_EVERY_MS = 1_000;
const TOO_SLOW = 'The body of the request did not come in time. Send it again.';

interface Coming {
  readonly answer: ServerResponse;
  readonly since: number;
  readonly isUpload: boolean;
  /** Since when its pace is measured, and what had come by then. */
  paceSince: number;
  bytesThen: number;
}

/**
 * Cuts off bodies that do not come. Node knows one limit for all requests; a file over a slow line needs another one than a query, and
 * nobody may hold a connection by sending a byte now and then.
 */
export function cutSlowBodies(app: FastifyInstance, { bodyTimeoutMs, uploadTimeoutMs }: BodyTimes): void {
  const coming = new Map<IncomingMessage, Coming>();
  app.addHook('onRequest', (request, reply, next) => {
    const { raw } = request;
    if (!raw.complete && raw.method === 'POST') {
      const now = performance.now();
      const isUpload = request.routeOptions.config.isUpload === true;
      const bytesThen = raw.socket.bytesRead;
      coming.set(raw, { answer: reply.raw, since: now, isUpload, paceSince: now, bytesThen });
    }
    next();
  });
  const look = setInterval(() => {
    const now = performance.now();
    for (const [request, body] of coming)
      if (request.complete || request.destroyed) coming.delete(request);
      else if (isTooSlow(request, body, now)) {
        coming.delete(request);
        // Refused before its body came: it has its answer.
        if (body.answer.headersSent) request.socket.destroySoon();
        else closeWith(request.socket, 408, 'Request Timeout', TOO_SLOW);
      }
  }, LOOKED_AT_EVERY_MS);
  look.unref();
  app.addHook('onClose', (_app, closed) => {
    clearInterval(look);
    closed();
  });

  function isTooSlow({ socket }: IncomingMessage, body: Coming, now: number): boolean {
    if (now - body.since > (body.isUpload ? uploadTimeoutMs : bodyTimeoutMs)) return true;
    const paceMs = now - body.paceSince;
    if (!body.isUpload || paceMs < bodyTimeoutMs) return false;
    const bytes = socket.bytesRead - body.bytesThen;
    body.paceSince = now;
    body.bytesThen = socket.bytesRead;
    return bytes < (SLOWEST_BYTES_PER_SECOND * paceMs) / 1_000;
  }
}
