import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Db } from '../database/open-database.ts';
import type { AuditTrail } from '../services/access/audit-trail.ts';
import type { Authenticator } from '../services/access/authenticate.ts';
import { isServable, type Attachment, type AttachmentRules } from '../services/conversations/attachment.ts';
import type { AttachmentStore } from '../services/conversations/attachment-store.ts';
import { isSignedPath } from '../services/conversations/attachment-url.ts';
import { readAttachment, readSignedAttachment } from '../services/conversations/read-attachments.ts';
import { stageAttachment } from '../services/conversations/stage-attachment.ts';
import { findUploadPlace, keepUpload } from '../services/conversations/upload-attachment.ts';
import type { Installation } from '../services/events/installation.ts';
import type { Scope } from '../services/scope.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { AccessDenied } from '../values/access-denied.ts';
import type { DataClass } from '../values/personal-classes.ts';
import { Refusal } from '../values/refusal.ts';
import type { Viewer } from '../values/viewer.ts';
import { answerError } from './answer-error.ts';
import { bearerOf } from './bearer.ts';
import { requireSession } from './http.ts';

export interface AttachmentParts {
  readonly db: Db;
  readonly installation: Installation;
  readonly authenticator: Authenticator;
  readonly store: AttachmentStore;
  readonly rules: AttachmentRules;
  readonly audit: AuditTrail;
}

/** Shown in a page; everything else is saved. None of them can hold a script. */
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/heic']);
/** Told as what they are; everything else is bytes. */
const NAMED = new Set([...SHOWN, 'application/pdf', 'text/plain', 'text/csv']);

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'private, no-store',
};

const NOT_FOUND = 'There is no attachment with this id, or you may not see it.';

interface Upload {
  Querystring: Record<string, unknown>;
}
interface DownloadRequest {
  Params: { id: string };
  Querystring: Record<string, unknown>;
}

/** `/attachments`: files go up as they are, before the message that takes them, and come down under the rights of the viewer. */
export async function serveAttachments(app: FastifyInstance, parts: AttachmentParts): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.addHook('onRequest', (_request, reply, next) => {
      void reply.headers(HEADERS);
      next();
    });
    // The body is read by the handler, as it comes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
    scope.register((uploads, _nothing, registered) => {
      requireSession(uploads, parts.authenticator);
      uploads.post<Upload>('/attachments', { helmet: false, config: { isUpload: true } }, (request, reply) =>
        upload(parts, request, reply),
      );
      registered();
    });
    scope.get<DownloadRequest>('/attachments/:id', { helmet: false }, (request, reply) =>
      download(parts, request, reply),
    );
    done();
  });
}

async function upload(parts: AttachmentParts, request: FastifyRequest<Upload>, reply: FastifyReply) {
  const { store, rules } = parts;
  const { conversation = '', filename = null } = request.query;
  if (typeof conversation !== 'string' || (filename !== null && typeof filename !== 'string'))
    return answerError(reply, 400, 'INVALID_INPUT', 'Name `conversation` and `filename` once each.');
  if (conversation.includes('\0'))
    return answerError(reply, 400, 'INVALID_INPUT', '`conversation` is an id, without the character U+0000.');
  const scope: Scope = { db: parts.db, viewer: request.viewer!, now: parts.db.now() };
  // Nobody reads the rest: on a connection that stays, its sender would wait for that instead of reading the answer.
  const tooLarge = () =>
    answerError(reply.header('connection', 'close'), 413, 'BAD_REQUEST', `A file has ${rules.maxBytes} bytes at most.`);
  try {
    const place = await findUploadPlace(scope, conversation);
    if (Number(request.headers['content-length'] ?? 0) > rules.maxBytes) return await tooLarge();
    const claimed = { filename, contentType: request.headers['content-type'] ?? null };
    const staged = await stageAttachment(store, rules, claimed, bodyOf(request));
    if (!staged.bytes) {
      if (staged.refusedFor === 'type') return await answerError(reply, 415, 'INVALID_INPUT', NOT_TAKEN);
      return await (staged.refusedFor === 'emptiness' ? answerError(reply, 400, 'INVALID_INPUT', EMPTY) : tooLarge());
    }
    try {
      const attachmentId = await keepUpload(scope, place, staged);
      const { contentType, sizeBytes, state } = staged;
      const told = { attachmentId, filename: staged.filename, contentType, sizeBytes, state: state.toUpperCase() };
      return await reply.code(201).send(told);
    } finally {
      await staged.bytes.discard();
    }
  } catch (error) {
    if (error instanceof AccessDenied) return answerError(reply, 403, 'FORBIDDEN', error.message);
    if (error instanceof Refusal)
      return answerError(reply, error.code === 'NOT_FOUND' ? 404 : 429, error.code, error.message);
    // Whoever hung up hears no answer.
    if (request.raw.destroyed && !request.raw.complete) return reply.hijack();
    throw error;
  }
}

const EMPTY = 'The body is empty: send the file as it is.';
const NOT_TAKEN = 'Files of this type are not taken. What counts is what the bytes are, not the name.';

/** The body, of which the rest may be left: leaving it must not end the connection before the answer. */
const bodyOf = (request: FastifyRequest): AsyncIterable<Uint8Array> =>
  request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;

async function download(parts: AttachmentParts, request: FastifyRequest<DownloadRequest>, reply: FastifyReply) {
  const download = await findDownload(parts, request, reply);
  if (download === 'answered') return reply;
  if (!download) return answerError(reply, 404, 'NOT_FOUND', NOT_FOUND);
  const { viewer, found } = download;
  const { filename, contentType, sizeBytes, sha256, state } = found;
  if (!isServable(state) || sha256 === null) {
    const isGone = state === 'infected' || state === 'refused' || state === 'failed';
    return answerError(reply, isGone ? 410 : 409, 'ATTACHMENT_NOT_READY', `The attachment is ${state}.`);
  }
  const etag = `"${sha256}"`;
  void reply.header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  await parts.audit.reads({ viewer, dataClasses: OF_A_FILE }, new Set([found.customerId]));
  const bytes = await parts.store.open(sha256);
  if (!bytes) throw new Error('The bytes of an attachment are not where they were put.');
  return reply
    .headers({
      'content-length': sizeBytes,
      'content-disposition': dispositionOf(filename, SHOWN.has(contentType) ? 'inline' : 'attachment'),
    })
    .type(NAMED.has(contentType) ? contentType : 'application/octet-stream')
    .send(bytes);
}

/** What somebody may have. */
interface Download {
  readonly found: Attachment;
  readonly viewer: Viewer;
}

const OF_A_FILE: readonly DataClass[] = ['content'];
/** Whoever has the signed URL: who was given it is in the audit of the answer that it stood in. */
const HOLDER_OF_A_SIGNATURE = systemViewer('attachment-url', 'agent');

/** By a signature of ours, or by who asks. Null: there is none, or it is not for them. */
async function findDownload(
  { db, installation, authenticator }: AttachmentParts,
  request: FastifyRequest<DownloadRequest>,
  reply: FastifyReply,
): Promise<Download | null | 'answered'> {
  const { id } = request.params;
  const { expires, signature } = request.query;
  if (signature !== undefined) {
    const signed = { id, expires: String(expires), signature: String(signature) };
    // A page of another origin may show it: it holds the permission in its URL.
    void reply.header('cross-origin-resource-policy', 'cross-origin');
    if (!isSignedPath(installation, signed, db.now())) return null;
    const found = await readSignedAttachment({ db }, id);
    return found && { found, viewer: HOLDER_OF_A_SIGNATURE };
  }
  const bearer = bearerOf(request.headers.authorization);
  const session = bearer === null ? null : await authenticator.authenticate(bearer);
  if (!session) {
    void reply.header('www-authenticate', 'Bearer');
    await answerError(reply, 401, 'UNAUTHENTICATED', 'Send a valid key or token as `Authorization: Bearer …`.');
    return 'answered';
  }
  try {
    const { viewer } = session;
    const found = await readAttachment({ db, viewer, now: db.now() }, id);
    return found && { found, viewer };
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    await answerError(reply, 403, 'FORBIDDEN', error.message);
    return 'answered';
  }
}

/** RFC 6266: a plain name for old programs, the whole one for the rest. */
function dispositionOf(filename: string, how: 'inline' | 'attachment'): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const whole = encodeURIComponent(filename).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${plain}"; filename*=UTF-8''${whole}`;
}
