import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ChannelDialect } from '../channels/channel-dialect.ts';
import type { Db } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { AttachmentRules } from '../services/conversations/attachment.ts';
import type { AttachmentStore } from '../services/conversations/attachment-store.ts';
import { readCredentials, readHookInbox } from '../services/conversations/inbox-secrets.ts';
import {
  stageAttachment,
  type ClaimedFile,
  type StagedAttachment,
} from '../services/conversations/stage-attachment.ts';
import type { Installation } from '../services/events/installation.ts';
import type { HookItem } from '../services/intake/hook-item.ts';
import { receiveHook, type HookResult } from '../services/intake/receive-hook.ts';
import { isSignedBy, readSignedHead, type SignedHead } from '../values/standard-webhooks.ts';
import { takeBytesAsTheyCome } from './bytes-as-they-come.ts';
import { mediaTypeOf } from './content-type.ts';
import { FailureBuckets } from './failure-buckets.ts';
import { HookDoor, NOT_FOUND, TOO_MANY } from './hook-door.ts';
import { HookOwners } from './hook-owners.ts';
import { answerRefusals, HookRefusal } from './hook-refusal.ts';
import type { Logger } from './request-log.ts';

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
  const inboxes = new HookOwners((name) => readHookInbox(db.sql, installation, name));
  const failures = new FailureBuckets(settings.maxBadSignaturesPerMinute);
  const door = new HookDoor(inboxes, { failures, now: () => db.now().getTime() });

  /** The inbox whose secret signed the request, or the refusal that says it was none. */
  function signer({ ip, params: { channel, inbox: name } }: Incoming, head: SignedHead | null, bytes: Uint8Array) {
    return door.ownerOf(
      { ip, name },
      {
        isRight: (inbox) => inbox.channel === channel,
        isSigned: head && ((secrets) => isSignedBy(secrets, head, bytes)),
      },
    );
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
    takeBytesAsTheyCome(scope, { '*': settings.maxHookBodyBytes, [MAIL]: settings.maxMailBytes });
    answerRefusals(scope, log);
    scope.addHook('onResponse', (request, reply, next) => {
      const { channel = '' } = request.params as Partial<HookRoute['Params']>;
      parts.onAnswer(dialects.has(channel) ? channel : 'unknown', reply.statusCode);
      next();
    });

    scope.route<HookRoute>({
      method: 'POST',
      url: '/hooks/:channel/:inbox',
      async onRequest(request, reply) {
        const head = request.raw.url?.includes('?') ? null : readSignedHead(request.raw.headersDistinct, db.now());
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

const toAnswer = (results: readonly HookResult[], isOne: boolean) => (isOne ? results[0]! : { results });
