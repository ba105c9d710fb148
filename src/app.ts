import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { ChannelDialect } from './channels/channel-dialect.ts';
import { CHANNELS } from './channels/channels.ts';
import { CONNECTORS } from './connectors/connectors.ts';
import { openOutboundHttp } from './channels/outbound/outbound-http.ts';
import { openSenders } from './channels/senders/senders.ts';
import type { Config } from './config.ts';
import { checkMigrated } from './database/migrate.ts';
import { openDatabase } from './database/open-database.ts';
import { openReplicas } from './database/replicas.ts';
import { endDemoKeys } from './demo/demo-keys.ts';
import { startTraffic } from './demo/start-traffic.ts';
import { allowList } from './execution/allow-list.ts';
import { buildSchema } from './execution/build-schema.ts';
import { CostBuckets, FREE_OF_CHARGE } from './execution/cost-buckets.ts';
import type { Ground } from './execution/execute.ts';
import { DEFAULT_LIMITS, type DocumentLimits } from './execution/limits.ts';
import { PersistedDocuments } from './execution/persisted-documents.ts';
import { preparing } from './execution/prepare.ts';
import { printedSchema } from './execution/print-schema.ts';
import { readFreshness } from './execution/read-freshness.ts';
import { sampleServed } from './execution/sample-served.ts';
import { readDocumentFiles } from './execution/read-document-files.ts';
import { Turns } from './execution/turns.ts';
import { startAttachmentWorkers } from './live/attachment-workers.ts';
import { applyRetentionRules } from './live/apply-retention.ts';
import { completeErasures } from './live/complete-erasures.ts';
import { startCourier } from './live/courier.ts';
import { judgeAccuracy } from './live/judge-accuracy.ts';
import { openServedLog, sampleTold } from './live/served-log.ts';
import { startJobs } from './live/jobs.ts';
import { openLiveEdge } from './live/live-edge.ts';
import { startPoller } from './live/poller.ts';
import { startSegments } from './live/keep-segments.ts';
import { matchPersons } from './live/match-persons.ts';
import { pullWork } from './live/pull-work.ts';
import { recountNightly } from './live/recount.ts';
import { thresholdsOf } from './services/customers/proposals/propose-merges.ts';
import { natsBackbone } from './live/nats/nats-backbone.ts';
import { rehearsePolicies } from './live/rehearse-policies.ts';
import { tellCustomers } from './live/tell-customers.ts';
import { hearWatchingAgents } from './live/hear-watching-agents.ts';
import { wakeSleepers } from './live/wake-sleepers.ts';
import { watchDatabase } from './live/watch-database.ts';
import { webhookCheck } from './live/webhooks/check-webhook.ts';
import { startWebhooks } from './live/webhooks/webhooks.ts';
import { SUBSCRIPTIONS } from './resolvers/subscriptions.ts';
import { serveAttachments } from './server/attachments.ts';
import { serveExports } from './server/exports.ts';
import { watchConnections } from './server/connections.ts';
import { eventStreamHandler } from './server/event-stream.ts';
import { graphqlOverHttp } from './server/graphql-http.ts';
import { serveGraphql } from './server/graphql-routes.ts';
import { serveHealth } from './server/health.ts';
import { serveConnectorHooks } from './server/connector-hooks.ts';
import { serveHooks } from './server/hooks.ts';
import { openHttp } from './server/http.ts';
import { serveMetrics, type Siblings } from './server/metrics.ts';
import { servePages } from './server/pages.ts';
import { subscriptionReader } from './server/read-subscription.ts';
import { traceRequests } from './server/trace-requests.ts';
import { serveWebSocket } from './server/websocket.ts';
import { openLog, type Logger } from './server/request-log.ts';
import { openAuditSpool } from './services/access/audit-spool.ts';
import { openAuditTrail, type AuditTrail } from './services/access/audit-trail.ts';
import { openAuthenticator } from './services/access/authenticate.ts';
import { settleCosts } from './services/access/settle-costs.ts';
import { openKeyUse } from './services/access/key-use.ts';
import type { TokenSettings } from './services/access/verify-token.ts';
import { recordChannels } from './services/conversations/channels.ts';
import { openDirectoryStore } from './services/conversations/directory-store.ts';
import { measureWaiting } from './services/conversations/measure-waiting.ts';
import { keyedHash, readInstallation } from './services/events/installation.ts';
import { systemViewer } from './services/access/system-viewer.ts';
import { readAccuracy } from './services/figures/read-accuracy.ts';
import { readFreshnessReport } from './services/figures/read-freshness-report.ts';
import type { NoticeKind } from './values/notices.ts';
import type { Role } from './values/vocabulary.ts';
import { recordSpan } from './values/in-span.ts';

const PAGES = fileURLToPath(new URL('../web/dist', import.meta.url));

export interface AppOptions {
  /** The application role's way into a migrated database. */
  databaseUrl: string;
  log?: Logger;
  /** Lets the demo shop live, where the database holds it. */
  demoTraffic?: boolean;
  /** Nobody is let in by keys of a demo that the database may have been once. Default: they are let be. */
  endsDemoKeys?: boolean;
  /** The channels it speaks. Default: all of src/channels. */
  channels?: readonly ChannelDialect[];
  /** Who was shown whose data. Default: it is written down. Benches measure what that costs. */
  audit?: AuditTrail & { close(): Promise<void> };
  /** The other processes behind the same port. Default: none. */
  siblings?: Siblings | undefined;
}

export interface App {
  /** Where it listens, without a final slash. */
  readonly url: string;
  /** Ends in order: nothing new, streams are told to resume, requests finish, the database closes. */
  close(): Promise<void>;
}

/** How long a stopping server goes on as before, except that it keeps no connection, in milliseconds. */
const LEAVE_TAKING_MS = 500;

/** Connections that the kernel keeps until they are accepted: a crowd that comes back at once is not reset. */
const LONGEST_BACKLOG = 4_096;

/** The composition root: everything that a running server is made of. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  const log = options.log ?? openLog(config.runtime.logLevel);
  const channels = options.channels ?? CHANNELS;
  const { schema, rights } = buildSchema(channels);
  const isTraced = config.tracing.otlpEndpoint !== undefined;
  const database = openDatabase(options.databaseUrl, { ...config.database, traced: isTraced });
  // What was opened, to be closed from the newest to the oldest: at the stop, and when a later part cannot open.
  const opened: (() => Promise<unknown> | undefined)[] = [() => database.close()];
  const closeAll = async () => {
    for (let close = opened.pop(); close; close = opened.pop()) await close();
  };
  try {
    await checkMigrated(database.sql);
    await database.keepTime();
    await recordChannels(database.sql, channels);
    if (options.endsDemoKeys) {
      const ended = await endDemoKeys(database);
      if (ended > 0) log.warn({ ended }, 'keys of a demo were in this database; they are revoked');
    }
    const installation = await readInstallation(database.sql);
    const limits: DocumentLimits = { ...DEFAULT_LIMITS, ...pick(config.limits) };
    const buckets = new CostBuckets(config.limits, (spent) => settleCosts(database.aside, spent));
    opened.push(() => Promise.resolve(buckets.close()));
    const known = config.documents.path ? readDocumentFiles(config.documents.path) : new Map<string, string>();
    const documents = new PersistedDocuments({ known, maxBytes: limits.maxDocumentBytes });
    const checkAllowed = allowList({
      mode: config.documents.allowList,
      roles: config.documents.allowListRoles as readonly Role[],
      texts: known.values(),
      onStranger: (sha256, role) => log.warn({ sha256, role }, 'a document that is not on the allow-list'),
    });
    const prepare = preparing({
      ...{ built: { schema, rights }, limits, buckets, documents, checkAllowed },
      readFreshness: (asked) => readFreshness(installation, asked),
    });
    const keyUse = openKeyUse(database.aside);
    opened.push(() => keyUse.close());
    const authenticator = openAuthenticator(database, installation, tokenSettings(config), { keyUse });
    // A directory for each database, so that no rows go to another.
    const ofDatabase = keyedHash(installation, 'audit spool', '');
    const spool = openAuditSpool(join(config.runtime.dataDir, 'audit', ofDatabase));
    const audit = options.audit ?? openAuditTrail(database, { spool });
    opened.push(() => audit.close());
    const watch = watchDatabase({ database, log, ...config.watching });
    opened.push(() => watch.close());
    const turns = new Turns({ ...config.limits, ...config.server });
    opened.push(() => Promise.resolve(turns.close()));
    const { statementTimeoutMs } = config.database;
    const replicas =
      config.replicas.urls.length === 0
        ? null
        : openReplicas(database, {
            ...{ ...config.replicas, statementTimeoutMs, traced: isTraced },
            onChange: ({ name, trouble }) =>
              trouble === null
                ? log.info({ replica: name }, 'a replica is used')
                : log.warn({ replica: name, trouble }, 'a replica is not used'),
          });
    opened.push(() => replicas?.close());
    const warnings = () => [
      ...watch.warnings(),
      ...(replicas?.states().some(({ trouble }) => trouble !== null) ? ['a replica is not used'] : []),
      ...(edge.brokerState()?.isLive === false ? ['NATS is not used'] : []),
    ];
    const outreachLimits = {
      marketingPerWeek: config.marketing.mostPerWeek,
      repeatAfterDays: config.marketing.repeatAfterDays,
    };
    const servedLog = openServedLog({ database, log });
    opened.push(() => servedLog.close());
    const onServed = sampleServed(schema, config.figures.accuracySamplePercent, {
      now: database.now,
      note: (served) => servedLog.note(served),
    });
    const ground: Ground = {
      audit,
      onServed: onServed ?? undefined,
      turns,
      maxAnswerBytes: config.limits.maxAnswerBytes,
      schema,
      db: database,
      installation,
      visitorTokenMinutes: config.visitors.tokenMinutes,
      suppressionDays: config.retention.suppressionDays,
      stockExactUpTo: config.visitors.stockExactUpTo,
      outreachLimits,
      reportBug(error, requestId) {
        watch.noticed(error);
        log.error({ err: error, requestId }, 'an operation failed');
      },
      replicas: replicas ?? undefined,
      get contexts() {
        return edge.contexts;
      },
      checkWebhook: (scope, wanted, viewer) => checkWebhook(scope, wanted, viewer),
    };
    const webhookHttp = openOutboundHttp({
      allow: config.webhooks.allowedPrivateHosts,
      isHttpAllowed: false,
      deadlineMs: config.webhooks.deadlineMs,
    });
    opened.push(() => webhookHttp.close());
    const webhookParts = {
      subscriptions: SUBSCRIPTIONS,
      readSubscription: subscriptionReader(
        ground,
        preparing({ built: { schema, rights }, limits, buckets: FREE_OF_CHARGE, checkAllowed }),
      ),
      http: webhookHttp,
    };
    const checkWebhook = webhookCheck(webhookParts);

    let stopping = false;
    const app = await openHttp(config.server, log);
    if (isTraced) traceRequests(app);
    app.addHook('onSend', (_request, reply, payload, done) => {
      // A client that keeps its connection learns in time that the next request needs another one.
      if (stopping) void reply.header('connection', 'close');
      done(null, payload);
    });
    const connections = watchConnections(authenticator, config.limits, database.now);
    const scopeOfFigures = () => ({ db: database, viewer: systemViewer('metrics'), now: database.now() });
    const given = () => ({
      connectionCount: () => connections.count(),
      subscriptionCount: () => edge.subscriptionCount(),
      watchedKeyCount: () => edge.watchedKeyCount(),
      journalSilentMs: () => edge.silentMs(),
      operations: () => turns,
      oldestTransactionSeconds: () => watch.oldestTransactionSeconds(),
      warningCount: () => warnings().length,
      replicas: () => replicas,
      brokerState: () => edge.brokerState(),
      messagesWaiting: () => measureWaiting(database.sql),
      accuracy: () => readAccuracy(scopeOfFigures(), 1),
      freshness: () => readFreshnessReport(scopeOfFigures(), 1),
    });
    const metrics = serveMetrics(app, { authenticator, siblings: options.siblings, given });
    const edge = await openLiveEdge({
      database,
      installation,
      subscriptions: SUBSCRIPTIONS,
      audit,
      log,
      ...config.live,
      contextCache: config.contextCache,
      ...(config.nats.servers.length > 0
        ? { startBackbone: natsBackbone({ ...config.nats, installation, databaseUrl: options.databaseUrl }) }
        : {}),
      onViewerEvent: (principal) => connections.endOf(principal),
      onDelivered(latencyMs, count) {
        metrics.delivered(latencyMs, count);
        if (latencyMs !== null) recordSpan('deliver', {}, Date.now() - latencyMs);
      },
    });
    opened.push(() => edge.close());
    const senders = openSenders({ ...config.sending, isHttpAllowed: config.sending.http === 'allow' });
    opened.push(() => senders.close());
    const jobs = await startJobs({
      ...{ database, databaseUrl: options.databaseUrl, log },
      ...config.retention,
      webhookLedgerDays: config.webhooks.ledgerDays,
    });
    opened.push(() => jobs.close());
    const onAttempt = metrics.attempted;
    const store = openDirectoryStore(join(config.runtime.dataDir, 'attachments'));
    const kinds = config.notices.kinds as readonly NoticeKind[];
    const onTold = sampleTold(config.figures.accuracySamplePercent, {
      now: database.now,
      note: (served) => servedLog.note(served),
    });
    await startCourier({
      ...{ database, installation, jobs, edge, senders, store, log, kinds, onAttempt, onTold },
      ...config.sending,
    });
    const { scanUrl, maxBytes, types } = config.attachments;
    const rules = { maxBytes, types: new Set(types), isScanned: scanUrl !== undefined };
    const outbound = { ...config.sending, isHttpAllowed: config.sending.http === 'allow' };
    const http = openOutboundHttp({ ...outbound, deadlineMs: config.attachments.fetchDeadlineMs });
    opened.push(() => http.close());
    await startAttachmentWorkers({ database, jobs, store, rules, scanUrl, log, ...config.sending, http });
    await recountNightly({ database, jobs, log, onRecounted: metrics.recounted });
    await judgeAccuracy({ database, jobs, log });
    await completeErasures({ database, jobs, listFile: join(config.runtime.dataDir, 'erasures.jsonl'), log });
    await applyRetentionRules({ database, jobs, log });
    const rehearsals = await rehearsePolicies({ database, jobs, log });
    opened.push(() => Promise.resolve(rehearsals.close()));
    await tellCustomers({ database, jobs, log, kinds, limits: outreachLimits });
    await matchPersons({ database, installation, jobs, thresholds: thresholdsOf(config.matching), log });
    const carriers = openOutboundHttp(outbound);
    opened.push(() => carriers.close());
    await startPoller({ database, installation, jobs, connectors: CONNECTORS, http: carriers, log });
    const webhooks = await startWebhooks({
      ...{ database, installation, jobs, edge, audit, log },
      ...webhookParts,
      ...config.webhooks,
      shutdownDrainMs: config.server.shutdownDrainMs,
      onAttempt: metrics.webhookAttempted,
    });
    opened.push(() => webhooks.close());
    const segments = startSegments({ database, installation, log });
    opened.push(() => segments.close());
    const routing = pullWork({ database, edge, log });
    opened.push(() => routing.close());
    const sleepers = wakeSleepers({ database, log });
    opened.push(() => sleepers.close());
    const hearing = hearWatchingAgents({ database, edge, log });
    opened.push(() => hearing.close());

    const graphql = await graphqlOverHttp({ ground, prepare, documents, maxTokens: limits.maxTokens });
    opened.push(() => graphql.stop());
    opened.push(() => app.close());
    const { requestDeadlineMs } = config.server;
    const stream = eventStreamHandler({ ground, prepare, edge, connections, requestDeadlineMs });
    await serveGraphql(app, { authenticator, answer: graphql.handler, stream });
    await serveAttachments(app, { db: database, installation, authenticator, store, rules, audit });
    await serveExports(app, { db: database, installation, authenticator, audit });
    await serveHooks(app, {
      ...{ channels, db: database, installation, settings: config.server, store, rules, log },
      onAnswer: (channel, status) => metrics.hooked(channel, status),
    });
    await serveConnectorHooks(app, {
      ...{ connectors: CONNECTORS, db: database, installation, settings: config.server, log },
      onAnswer: (dialect, status) => metrics.hooked(dialect, status),
    });
    const sockets = serveWebSocket(app.server, {
      ...{ ground, prepare, edge, authenticator, connections, log },
      settings: { ...config.server, ...config.limits },
      isOverloaded: () => app.isOverloaded(),
    });
    serveHealth(app, {
      pingDatabase: () => Promise.all([database.sql`select 1`, database.hot`select 1`, database.journal`select 1`]),
      tailerLagMs: () => edge.silentMs(),
      isStopping: () => stopping,
      warnings,
    });
    const sdl = printedSchema(channels);
    app.get('/schema.graphql', (_request, reply) => reply.type('text/plain; charset=utf-8').send(sdl));
    await servePages(app, PAGES);
    const { port, host } = config.server;
    const listening = await app.listen({ port, host, backlog: LONGEST_BACKLOG });
    const report = (trouble: unknown) => log.warn({ err: trouble }, 'the demo traffic stumbled');
    const traffic = options.demoTraffic ? await startTraffic(database, { report }) : null;
    // Streams first: their clients find another process while requests finish here.
    opened.push(() => sockets.close());
    opened.push(() => Promise.resolve(connections.close()));
    opened.push(() => traffic?.stop());

    return {
      url: listening,
      async close() {
        stopping = true;
        // Idle connections are closed in a moment; whoever uses one is told before, and a balancer sees `/readyz`.
        await pause(Math.min(LEAVE_TAKING_MS, config.server.shutdownDrainMs / 10));
        const cut = setTimeout(() => app.server.closeAllConnections(), config.server.shutdownDrainMs);
        await closeAll();
        clearTimeout(cut);
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function pick(limits: Config['limits']) {
  const { maxDepth, maxTokens, maxAliases, maxDirectives, maxRootMutations, maxCost } = limits;
  return { maxDepth, maxTokens, maxAliases, maxDirectives, maxRootMutations, maxCost };
}

function tokenSettings({ jwt }: Config): TokenSettings | null {
  const { issuer, audience, scopePrefix = '' } = jwt;
  if (!issuer || !audience) return null;
  const roleNames = new Map(
    jwt.roleNames.map((entry) => [
      entry.slice(0, entry.lastIndexOf('=')),
      entry.slice(entry.lastIndexOf('=') + 1) as Role,
    ]),
  );
  return { ...jwt, issuer, audience, scopePrefix, roleNames };
}
