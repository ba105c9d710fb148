import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ChannelDialect } from '../channels/channel-dialect.ts';
import type { Db } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { AttachmentRules } from '../services/conversations/attachment.ts';
import type { AttachmentStore } from '../services/conversations/attachment-store.ts';
import { readCredentials, type HookInbox } from '../services/conversations/inbox-secrets.ts';
import {
  stageAttachment,
  type ClaimedFile,
  type StagedAttachment,
} from '../services/conversations/stage-attachment.ts';
import type { Installation } from '../services/events/installation.ts';
import type { HookItem } from '../services/intake/hook-item.ts';
import { receiveHook, type HookResult } from '../services/intake/receive-hook.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import { Refusal } from '../values/refusal.ts';
import { isJson } from './content-type.ts';
import { FailureBuckets } from './failure-buckets.ts';
import { HookInboxes } from './hook-inboxes.ts';
import type { Logger } from './request-log.ts';
import { isSignedBy, readSignedHead, type SignedHead } from './webhook-signature.ts';

export interface HookParts {
  readonly channels: readonly ChannelDialect[];
  readonly db: Db;
  readonly installation: Installation;
  readonly settings: {
    readonly maxHookBodyBytes: number;
    readonly maxMailBytes: number;
    readonly maxBadSignaturesPerMinute: number;
  };
  readonly store: AttachmentStore;
  readonly rules: AttachmentRules;
  readonly log: Logger;
  /** Told of every answer; the channel is `unknown` where the path names none of ours. */
  readonly onAnswer: (channel: string, status: number) => void;
}

interface HookRoute {
  Params: { channel: string; inbox: string };
}
type Incoming = FastifyRequest<HookRoute>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request to a hook, before its signature was compared. */
    signedHead?: SignedHead;
  }
}

/**
 * `/hooks/<channel>/<inbox>`: where systems hand in what customers wrote. The signature is looked at before anything else is: its form before
 * the body is read, the rest before a byte of the body is understood. An answer of 200 means that everything is stored.
 */
export async function serveHooks(app: FastifyInstance, parts: HookParts): Promise<void> {
  const { channels, db, installation, settings, log } = parts;
  const dialects = new Map(channels.map((channel) => [channel.name, channel]));
  const inboxes = new HookInboxes(db.sql, installation);
  const failures = new FailureBuckets(settings.maxBadSignaturesPerMinute);
  // Stands in for the secret of an inbox that is not there, so that it takes as long to say no.
  const decoy = randomBytes(32).toString('base64');

  /** The inbox whose secret signed the request, or the refusal that says it was none. */
  async function signer(request: Incoming, head: SignedHead | null, bytes: Uint8Array): Promise<HookInbox> {
    const { channel, inbox: name } = request.params;
    const now = performance.now();
    const isNoisy = failures.isFull(request.ip, now);
    // Whoever was wrong too often gets no read of the database for names that nobody knows yet.
    if (isNoisy && !inboxes.isKnown(name)) throw new HookRefusal(429, 'RATE_LIMITED', TOO_MANY);
    const remembered = inboxes.remembered(name, now);
    let inbox = remembered ?? (await inboxes.read(name));
    const isSigned = (by: HookInbox | null) =>
      isSignedBy(secretsOf(by, db.now().getTime()) ?? [decoy], head ?? NO_HEAD, bytes) &&
      by?.channel === channel &&
      head !== null;
    if (isSigned(inbox)) return inbox!;
    // The secret may have changed a moment ago.
    if (remembered && head && !isNoisy) {
      inbox = await inboxes.read(name);
      if (isSigned(inbox)) return inbox!;
    }
    failures.add(request.ip, now);
    if (isNoisy) throw new HookRefusal(429, 'RATE_LIMITED', TOO_MANY);
    if (inbox?.channel !== channel) throw new HookRefusal(404, 'NOT_FOUND', NOT_FOUND);
    throw new HookRefusal(401, 'UNAUTHENTICATED', NOT_SIGNED);
  }

  const mediaType = (request: FastifyRequest) => mediaTypeOf(request.headers['content-type']);
  /** A mail that may be longer than any other body. */
  const isLarge = (request: FastifyRequest) =>
    mediaType(request) === MAIL && !(Number(request.headers['content-length']) <= settings.maxHookBodyBytes);
  let largeOnes = 0;
  /** Few large bodies are in memory at once, signed or not. */
  const takePlace = (reply: FastifyReply) => {
    if (largeOnes >= MOST_LARGE_BODIES) throw new HookRefusal(503, 'UNAVAILABLE', 'Nothing was stored. Try again.');
    largeOnes += 1;
    reply.raw.once('close', () => (largeOnes -= 1));
  };

  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: settings.maxHookBodyBytes },
      (_request, body, parsed) => parsed(null, body),
    );
    scope.addContentTypeParser(
      MAIL,
      { parseAs: 'buffer', bodyLimit: settings.maxMailBytes },
      (_request, body, parsed) => parsed(null, body),
    );
    scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const refusal = toHookRefusal(error);
      if (refusal) return refuse(reply, refusal);
      log.error({ err: error, requestId: request.id }, 'a hook failed');
      return refuse(
        reply,
        new HookRefusal(500, 'INTERNAL_SERVER_ERROR', `Something went wrong on our side. Request id: ${request.id}.`),
      );
    });
    scope.addHook('onResponse', (request, reply, next) => {
      const { channel = '' } = request.params as Partial<HookRoute['Params']>;
      parts.onAnswer(dialects.has(channel) ? channel : 'unknown', reply.statusCode);
      next();
    });

    scope.route<HookRoute>({
      method: 'POST',
      url: '/hooks/:channel/:inbox',
      async onRequest(request, reply) {
        const head = request.raw.url?.includes('?') ? null : readSignedHead(request.raw, db.now());
        // Nothing was signed: there is no need to read the body to say no.
        if (!head || head.signatures.length === 0) await signer(request, null, Buffer.alloc(0));
        else request.signedHead = head;
        if ('content-encoding' in request.headers)
          throw new HookRefusal(415, 'BAD_REQUEST', 'Send the body as it is: no content-encoding is understood.');
        if (isLarge(request)) takePlace(reply);
      },
      async handler(request) {
        const receivedAt = db.now();
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const head = request.signedHead!;
        const inbox = await signer(request, head, bytes);
        const dialect = dialects.get(inbox.channel)!;
        const contentType = mediaType(request);
        if (!dialect.accepts.includes(contentType))
          throw new HookRefusal(415, 'BAD_REQUEST', `The body must be ${dialect.accepts.join(' or ')}.`);
        const items = await dialect.read({ contentType, bytes, receivedAt }, dialect);
        const viewer = systemViewer(`hook:${inbox.id}`, 'integration');
        const staged = await stageFiles(parts, items);
        try {
          const told = { inboxId: inbox.id, requestId: head.id, bytes, items: staged.items };
          const results = await receiveHook({ db, viewer, now: receivedAt }, installation, told);
          return toAnswer(results, items.length === 1 && !items[0]!.path?.length);
        } finally {
          await staged.discard();
        }
      },
    });

    scope.route<HookRoute & { Querystring: Record<string, string | string[]> }>({
      method: 'GET',
      url: '/hooks/:channel/:inbox',
      async handler(request, reply) {
        const { channel, inbox: name } = request.params;
        const answerChallenge = dialects.get(channel)?.answerChallenge;
        if (failures.isFull(request.ip, performance.now())) throw new HookRefusal(429, 'RATE_LIMITED', TOO_MANY);
        const inbox = answerChallenge ? await inboxes.read(name) : null;
        const answer =
          inbox?.channel === channel
            ? answerChallenge?.(request.query, await readCredentials(db.sql, installation, inbox.id))
            : null;
        if (answer == null) {
          failures.add(request.ip, performance.now());
          throw new HookRefusal(404, 'NOT_FOUND', NOT_FOUND);
        }
        return reply.type('text/plain; charset=utf-8').send(answer);
      },
    });
    done();
  });
}

const MAIL = 'message/rfc822';
const MOST_LARGE_BODIES = 4;
const NOT_SIGNED = 'The request is not signed by this inbox, or its timestamp is more than 5 minutes off.';
const NOT_FOUND = 'There is no such hook.';
const TOO_MANY = 'Too many requests from here were not signed. Wait a minute.';
const NO_HEAD: SignedHead = { id: '', timestamp: '', signatures: [] };

/** Stores the files of messages, before the transaction that gives them rows. What it does not take is discarded by the caller. */
async function stageFiles({ store, rules }: HookParts, items: readonly HookItem[]) {
  const staged: StagedAttachment[] = [];
  const discard = async () => {
    for (const { bytes } of staged) await bytes?.discard();
  };
  const stage = async ({ bytes, ...claimed }: ClaimedFile & { readonly bytes: Uint8Array }) => {
    const attachment = await stageAttachment(store, rules, claimed, Readable.from([bytes]));
    staged.push(attachment);
    return attachment;
  };
  try {
    const withFiles: HookItem[] = [];
    for (const item of items) {
      if (item.type !== 'message' || !item.files?.length) withFiles.push(item);
      else {
        const attachments: StagedAttachment[] = [];
        for (const file of item.files) attachments.push(await stage(file));
        withFiles.push({ ...item, message: { ...item.message, attachments } });
      }
    }
    return { items: withFiles, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** The good secrets of an inbox. Null: it has none, which nothing can sign. */
function secretsOf(inbox: HookInbox | null, now: number): string[] | null {
  const good = inbox?.secrets.filter(({ until }) => until === null || until.getTime() > now);
  return good?.length ? good.map(({ secret }) => secret) : null;
}

const mediaTypeOf = (header = ''): string => {
  const [type = ''] = header.toLowerCase().split(';', 1);
  return type.trim() === 'application/json' && !isJson(header) ? '' : type.trim();
};

const toAnswer = (results: readonly HookResult[], isOne: boolean) => (isOne ? results[0]! : { results });

/** An expected "no" of a hook. */
class HookRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: readonly string[] | null;

  constructor(status: number, code: string, message: string, field: readonly string[] | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** What the body says may be refused by the dialect or by the business; what carries it, by the server. Null: a bug. */
function toHookRefusal(error: Error & { statusCode?: number }): HookRefusal | null {
  if (error instanceof HookRefusal) return error;
  if (error instanceof Refusal) {
    const isConflict = ['CONFLICT', 'EXTERNAL_ID_REUSED', 'IDEMPOTENCY_KEY_REUSED'].includes(error.code);
    const isUnread = error.code === 'INVALID_INPUT' && error.field?.length === 0;
    return new HookRefusal(isConflict ? 409 : isUnread ? 400 : 422, error.code, error.message, error.field);
  }
  if (isUnavailable(error) || error.statusCode === 503)
    return new HookRefusal(503, 'UNAVAILABLE', 'Nothing was stored. Try again.');
  if (error.statusCode === 413) return new HookRefusal(413, 'BAD_REQUEST', 'The body is too large.');
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new HookRefusal(error.statusCode, 'BAD_REQUEST', 'This is no request that a hook understands.');
  return null;
}

function refuse(reply: FastifyReply, { status, code, message, field }: HookRefusal): FastifyReply {
  if (status === 429) void reply.header('retry-after', '60');
  if (status === 503) void reply.header('retry-after', '1');
  return reply.code(status).type('application/json; charset=utf-8').send({ code, message, field });
}
