import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Db } from '../database/open-database.ts';
import type { AuditTrail } from '../services/access/audit-trail.ts';
import type { Authenticator } from '../services/access/authenticate.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { Installation } from '../services/events/installation.ts';
import { exportPerson, type PersonExport } from '../services/persons/export-person.ts';
import { isExportPath } from '../services/persons/export-url.ts';
import { DATA_CLASS_NAMES } from '../values/personal-classes.ts';
import { AccessDenied } from '../values/access-denied.ts';
import { Refusal } from '../values/refusal.ts';
import { answerError } from './answer-error.ts';
import { bearerOf } from './bearer.ts';
import { exportPage } from './export-page.ts';

interface Parts {
  readonly db: Db;
  readonly installation: Installation;
  readonly authenticator: Authenticator;
  readonly audit: AuditTrail;
}

interface Download {
  Params: { customerId: string; form: string };
  Querystring: Record<string, unknown>;
}

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'private, no-store',
};

/** How an export is written, by the end of its address. */
const FORMS: Readonly<Record<string, { type: string; write: (told: PersonExport) => AsyncGenerator<string> }>> = {
  json: { type: 'application/json; charset=utf-8', write: asJson },
  html: { type: 'text/html; charset=utf-8', write: asPage },
};

/** Who holds a link of ours was shown it by somebody who may. */
const LINK = systemViewer('export link');

/** `/exports/<customer id>.json` and `.html`: everything of a person, as it is read, to whoever may have it or holds a link. */
export async function serveExports(app: FastifyInstance, parts: Parts): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.get<Download>('/exports/:customerId.:form', { helmet: false }, (request, reply) =>
      download(parts, request, reply),
    );
    done();
  });
}

/** Null: nobody who is known, and no link of ours. */
async function viewerOf(
  { db, installation, authenticator }: Parts,
  { query, params, headers }: FastifyRequest<Download>,
) {
  const { expires, signature } = query;
  const signed = { ...params, expires: String(expires), signature: String(signature) };
  if (signature !== undefined) return isExportPath(installation, signed, db.now()) ? LINK : null;
  const bearer = bearerOf(headers.authorization);
  return bearer === null ? null : ((await authenticator.authenticate(bearer))?.viewer ?? null);
}

async function download(parts: Parts, request: FastifyRequest<Download>, reply: FastifyReply) {
  const { db } = parts;
  const { customerId, form } = request.params;
  const written = Object.hasOwn(FORMS, form) ? FORMS[form]! : null;
  void reply.headers(HEADERS);
  if (!written) return answerError(reply, 404, 'NOT_FOUND', 'An export is `.json` or `.html`.');
  const viewer = await viewerOf(parts, request);
  if (!viewer)
    return answerError(reply, 401, 'UNAUTHENTICATED', 'Send a valid key or token, or a link whose time is not over.');
  try {
    const told = await exportPerson({ db, viewer, now: db.now() }, customerId);
    await parts.audit.reads({ viewer, dataClasses: DATA_CLASS_NAMES }, new Set(told.customerIds));
    return await reply
      .header('content-disposition', `attachment; filename="${told.customerIds[0]!}.${form}"`)
      .type(written.type)
      .send(Readable.from(written.write(told)));
  } catch (error) {
    if (error instanceof AccessDenied) return answerError(reply, 403, 'FORBIDDEN', error.message);
    if (error instanceof Refusal) return answerError(reply, 404, error.code, error.message);
    throw error;
  }
}

async function* asJson(told: PersonExport): AsyncGenerator<string> {
  const { customerIds, exportedAt } = told;
  yield JSON.stringify({ format: 'punos-person', version: 1, exportedAt, customerIds }).slice(0, -1);
  for await (const { section, rows } of told.sections()) {
    let before = `,\n${JSON.stringify(section.name)}:[`;
    for await (const batch of rows)
      for (const row of batch) {
        yield `${before}\n${JSON.stringify(row)}`;
        before = ',';
      }
    yield before === ',' ? ']' : `${before}]`;
  }
  yield '}\n';
}

async function* asPage(told: PersonExport): AsyncGenerator<string> {
  yield exportPage.begin(told.exportedAt, told.customerIds);
  for await (const { section, rows } of told.sections()) {
    let isBegun = false;
    for await (const batch of rows)
      for (const row of batch) {
        if (!isBegun) yield exportPage.section(section.title);
        isBegun = true;
        yield exportPage.row(row);
      }
  }
  yield exportPage.end();
}
