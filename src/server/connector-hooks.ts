import { createHash } from 'node:crypto';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { ConnectorDialect, SignedRequest } from '../connectors/connector-dialect.ts';
import type { Db } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { Installation } from '../services/events/installation.ts';
import { readHookConnector } from '../services/intake/connector-secrets.ts';
import { receiveDelivery } from '../services/intake/receive-delivery.ts';
import type { ReceivedFacts } from '../services/intake/receive-facts.ts';
import { takeBytesAsTheyCome } from './bytes-as-they-come.ts';
import { mediaTypeOf } from './content-type.ts';
import { FailureBuckets } from './failure-buckets.ts';
import { HookDoor } from './hook-door.ts';
import { HookOwners } from './hook-owners.ts';
import { answerRefusals, HookRefusal } from './hook-refusal.ts';
import type { Logger } from './request-log.ts';

export interface ConnectorHookParts {
  readonly connectors: readonly ConnectorDialect[];
  readonly db: Db;
  readonly installation: Installation;
  readonly settings: { readonly maxHookBodyBytes: number; readonly maxBadSignaturesPerMinute: number };
  readonly log: Logger;
  /** Told of every answer with the dialect. */
  readonly onAnswer: (dialect: string, status: number) => void;
}

interface ConnectorRoute {
  Params: { connector: string };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request to the hook of a connector, before its signature was compared. */
    signedRequest?: SignedRequest;
  }
}

/**
 * `/hooks/<dialect>/<connector>`: where shops, carriers and tills tell facts. The signature is looked at before anything else is, and an
 * answer of 200 means that everything is stored.
 */
export async function serveConnectorHooks(app: FastifyInstance, parts: ConnectorHookParts): Promise<void> {
  const { connectors, db, installation, settings, log } = parts;
  const owners = new HookOwners((name) => readHookConnector(db.sql, installation, name));
  const failures = new FailureBuckets(settings.maxBadSignaturesPerMinute);
  const door = new HookDoor(owners, { failures, now: () => db.now().getTime() });

  await app.register((scope, _options, done) => {
    takeBytesAsTheyCome(scope, { '*': settings.maxHookBodyBytes });
    answerRefusals(scope, log);
    for (const dialect of connectors) serveDialect(scope, dialect);
    done();
  });

  const running = new Map<string, Promise<ReceivedFacts>>();
  /** A sender that loses patience tells the same again while it is being stored: both have one answer, and it is stored once. */
  function together(delivery: string, receive: () => Promise<ReceivedFacts>): Promise<ReceivedFacts> {
    const first = running.get(delivery);
    if (first) return first;
    const receiving = receive().finally(() => running.delete(delivery));
    running.set(delivery, receiving);
    return receiving;
  }

  function serveDialect(scope: FastifyInstance, dialect: ConnectorDialect): void {
    const signer = (
      { ip, params }: FastifyRequest<ConnectorRoute>,
      isSigned: ((secrets: readonly string[]) => boolean) | null,
    ) => door.ownerOf({ ip, name: params.connector }, { isRight: (owner) => owner.dialect === dialect.name, isSigned });

    scope.route<ConnectorRoute>({
      method: 'POST',
      url: `/hooks/${dialect.name}/:connector`,
      async onRequest(request) {
        const { raw, headers } = request;
        const head = raw.url?.includes('?') ? null : dialect.readHead(raw.headersDistinct, db.now());
        // Nothing was signed: there is no need to read the body to say no.
        if (head) request.signedRequest = head;
        else await signer(request, null);
        if ('content-encoding' in headers)
          throw new HookRefusal(415, 'BAD_REQUEST', 'Send the body as it is: no content-encoding is understood.');
      },
      async handler(request) {
        const receivedAt = db.now();
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const head = request.signedRequest!;
        const { id, name, currency } = await signer(request, (secrets) => head.isSignedBy(secrets, bytes));
        if (mediaTypeOf(request.headers['content-type']) !== 'application/json')
          throw new HookRefusal(415, 'BAD_REQUEST', 'The body must be application/json.');
        const facts = dialect.read({ headers: request.raw.headersDistinct, bytes, receivedAt, currency });
        const viewer = systemViewer(`connector:${id}`, 'integration');
        const delivery = { source: name, requestId: head.id, bytes, facts };
        const receive = () => receiveDelivery({ db, viewer, now: receivedAt }, installation, delivery);
        return together(`${id} ${head.id} ${createHash('sha256').update(bytes).digest('base64')}`, receive);
      },
      onResponse(_request, reply, next) {
        parts.onAnswer(dialect.name, reply.statusCode);
        next();
      },
    });
  }
}
