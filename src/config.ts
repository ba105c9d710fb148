import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ROLES } from './values/vocabulary.ts';
import type { Setting } from './setting.ts';
import {
  choice,
  databaseUrl,
  exactOrigin,
  integer,
  list,
  listOr,
  mediaType,
  natsAddress,
  opening,
  optionalText,
  optionalUrl,
  proxyAddress,
  replicaUrl,
  role,
  text,
} from './setting.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

const DAYS_90_IN_HOURS = 2_160;
const OFFICE = 'application/vnd.openxmlformats-officedocument';
/** Nothing that a browser or an office program would run. */
const USUAL_TYPES = [
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/heic', 'application/pdf'],
  ...['text/plain', 'text/csv', 'application/rtf'],
  ...['wordprocessingml.document', 'spreadsheetml.sheet', 'presentationml.presentation'].map(
    (type) => `${OFFICE}.${type}`,
  ),
  ...['text', 'spreadsheet', 'presentation'].map((type) => `application/vnd.oasis.opendocument.${type}`),
];
const TEN_MINUTES_IN_MS = 600_000;

/**
 * Every setting there is: the environment variable, its default, its bounds and what it means.
 * docs/settings.md is made from this table.
 */
const SETTINGS = {
  server: {
    port: integer('PORT', 4_000, { min: 0, max: 65_535 }, 'TCP port of HTTP and WebSocket; 0 takes a free one.'),
    host: text('HOST', '127.0.0.1', 'Address to listen on; 0.0.0.0 to be reached from other machines.'),
    trustedProxies: list(
      'TRUST_PROXY',
      proxyAddress,
      'Proxies whose X-Forwarded-* headers are believed: addresses or ranges, comma separated.',
    ),
    corsOrigins: list(
      'CORS_ORIGINS',
      exactOrigin,
      'Origins whose pages may call from a browser, comma separated. None: only the own pages.',
    ),
    maxBodyBytes: integer(
      'MAX_BODY_BYTES',
      262_144,
      { min: 1_024, max: 16_777_216 },
      'Largest body of a request, in bytes.',
    ),
    maxHookBodyBytes: integer(
      'MAX_HOOK_BODY_BYTES',
      1_048_576,
      { min: 1_024, max: 67_108_864 },
      'Largest body of a request to a hook, in bytes.',
    ),
    maxMailBytes: integer(
      'MAX_MAIL_BYTES',
      10_485_760,
      { min: 1_024, max: 67_108_864 },
      'Largest raw mail that a hook of an e-mail inbox takes, in bytes. Reading ten megabytes holds up everything else for some 0.3 s.',
    ),
    bodyTimeoutMs: integer(
      'BODY_TIMEOUT_MS',
      15_000,
      { min: 1_000, max: TEN_MINUTES_IN_MS },
      'How long the body of a request may take to come, in milliseconds; a file only has to come at 1 KB a second for as long.',
    ),
    uploadTimeoutMs: integer(
      'UPLOAD_TIMEOUT_MS',
      300_000,
      { min: 1_000, max: TEN_MINUTES_IN_MS },
      'How long a file may take to come (POST /attachments), in milliseconds.',
    ),
    maxBadSignaturesPerMinute: integer(
      'MAX_BAD_SIGNATURES_PER_MINUTE',
      60,
      { min: 1, max: 1_000_000 },
      'Requests to hooks that one source may get wrong in a minute before it is told to wait.',
    ),
    maxFrameBytes: integer(
      'MAX_FRAME_BYTES',
      65_536,
      { min: 1_024, max: 1_048_576 },
      'Largest WebSocket frame from a client, in bytes.',
    ),
    requestDeadlineMs: integer(
      'REQUEST_DEADLINE_MS',
      15_000,
      { min: 100, max: TEN_MINUTES_IN_MS },
      'A request or an operation on a socket that is not done by then is answered UNAVAILABLE (503), in milliseconds. Streams have none.',
    ),
    shutdownDrainMs: integer(
      'SHUTDOWN_DRAIN_MS',
      20_000,
      { min: 0, max: TEN_MINUTES_IN_MS },
      'How long requests may take to finish after SIGTERM, in milliseconds.',
    ),
  },
  runtime: {
    environment: choice(
      'NODE_ENV',
      ['development', 'test', 'production'],
      'development',
      'production loads no demo shop and prints no key.',
    ),
    logLevel: choice(
      'LOG_LEVEL',
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'info',
      'Least level of the lines that are logged.',
    ),
    processes: integer(
      'PROCESSES',
      1,
      { min: 1, max: 64 },
      'Processes that serve behind the one port; `npm start -- --processes 3` says the same. One is replaced when it ends. Limits of callers (RATE_…, MAX_SOCKETS_…, MAX_BAD_SIGNATURES_…) hold in each of them.',
    ),
    dataDir: path(
      'DATA_DIR',
      '.punos',
      'Directory of the embedded database, the demo keys and attachments. Relative to the project.',
    ),
    sampleDataDir: path(
      'PUNOS_SAMPLE_DATA',
      '../shared/data',
      'Sample data for imports and tests. Relative to the project; may be absent.',
    ),
  },
  database: {
    url: databaseUrl(
      'DATABASE_URL',
      'PostgreSQL 15 or newer, as the role of the application; a primary and its standbys as postgres://user:password@a:5432,b:5432/punos. Absent: the embedded one.',
    ),
    migrationUrl: databaseUrl(
      'MIGRATION_DATABASE_URL',
      'The same database as the role that owns the tables; used by `npm run migrate` only. Absent: DATABASE_URL.',
    ),
    poolSize: integer(
      'DATABASE_POOL_SIZE',
      16,
      { min: 2, max: 200 },
      'Connections of a process for statements that read and write; with those for hot reads, the journal and jobs it takes half as many again and seven. Several processes take less each when the database has not so many.',
    ),
    statementTimeoutMs: integer(
      'STATEMENT_TIMEOUT_MS',
      5_000,
      { min: 100, max: TEN_MINUTES_IN_MS },
      'The database ends a statement after this many milliseconds.',
    ),
  },
  replicas: {
    urls: list(
      'REPLICA_URLS',
      replicaUrl,
      'Standbys of DATABASE_URL to read from where a caller allows it, comma separated, each the address of one server, as the role of the application: docs/replicas.md. None: everything is read from the primary.',
    ),
    maxLagMs: integer(
      'REPLICA_MAX_LAG_MS',
      5_000,
      { min: 100, max: 3_600_000 },
      'A standby that is farther behind is not read from, whatever a caller allows, in milliseconds.',
    ),
    poolSize: integer(
      'REPLICA_POOL_SIZE',
      8,
      { min: 1, max: 200 },
      'Connections of a process to each standby that it reads from; it takes one more to watch it.',
    ),
  },
  watching: {
    oldTransactionMs: integer(
      'OLD_TRANSACTION_MS',
      30_000,
      { min: 1_000, max: 86_400_000 },
      'A transaction of anybody that is older is warned of in the log, on `/readyz` and in the metrics, in milliseconds. Looked for every 10 seconds.',
    ),
  },
  jwt: {
    issuer: optionalText('JWT_ISSUER', 'Issuer (iss) of accepted tokens. Absent: no tokens, API keys only.'),
    audience: optionalText('JWT_AUDIENCE', 'Audience (aud) that tokens must name.'),
    jwksUrl: optionalUrl('JWT_JWKS_URL', ['https:', 'http:'], 'Where the public keys of the issuer are.'),
    roleClaim: text('JWT_ROLE_CLAIM', 'role', 'Claim that holds the role.'),
    scopeClaim: text('JWT_SCOPE_CLAIM', 'scope', 'Claim that holds the scopes, space separated or a list.'),
    identityClaim: text('JWT_IDENTITY_CLAIM', 'sub', 'Claim that says which customer, agent or partner asks.'),
    identityKind: text('JWT_IDENTITY_KIND', 'external_id', 'Kind of identity that the claim holds.'),
  },
  retention: {
    journalHours: integer(
      'JOURNAL_RETENTION_HOURS',
      72,
      { min: 1, max: DAYS_90_IN_HOURS },
      'How long a reader may stay away and still resume, in hours.',
    ),
    idempotencyHours: integer(
      'IDEMPOTENCY_RETENTION_HOURS',
      48,
      { min: 24, max: DAYS_90_IN_HOURS },
      'How long an idempotency key is remembered, in hours.',
    ),
    activityDays: integer(
      'ACTIVITY_RETENTION_DAYS',
      400,
      { min: 1, max: 3_650 },
      'How long activity of customers is kept after it was recorded, in days.',
    ),
  },
  attachments: {
    maxBytes: integer(
      'MAX_ATTACHMENT_BYTES',
      10_485_760,
      { min: 1_024, max: 104_857_600 },
      'Largest attachment, in bytes.',
    ),
    types: listOr(
      'ATTACHMENT_TYPES',
      USUAL_TYPES,
      mediaType,
      'Media types of attachments that are taken, comma separated; the bytes decide, not the name.',
    ),
    fetchDeadlineMs: integer(
      'ATTACHMENT_FETCH_DEADLINE_MS',
      60_000,
      { min: 100, max: TEN_MINUTES_IN_MS },
      'How long fetching a file that a hook names by its URL may take, from the look-up to the last byte, in milliseconds.',
    ),
    scanUrl: optionalUrl(
      'ATTACHMENT_SCAN_URL',
      ['https:', 'http:'],
      'Where each attachment is posted to be looked at before anybody can download it: docs/attachments.md. Absent: none is looked at.',
    ),
  },
  visitors: {
    tokenMinutes: integer(
      'VISITOR_TOKEN_MINUTES',
      60,
      { min: 5, max: 1_440 },
      'How long the token of a visitor’s browser lives, in minutes.',
    ),
  },
  limits: {
    maxDepth: integer(
      'MAX_DEPTH',
      10,
      { min: 1, max: 50 },
      'Levels of a document, counted without edges, node and nodes.',
    ),
    maxTokens: integer('MAX_TOKENS', 1_000, { min: 100, max: 100_000 }, 'Tokens of a document.'),
    maxAliases: integer('MAX_ALIASES', 15, { min: 0, max: 1_000 }, 'Aliases in a document.'),
    maxDirectives: integer('MAX_DIRECTIVES', 10, { min: 0, max: 1_000 }, 'Directives in a document.'),
    maxRootMutations: integer('MAX_ROOT_MUTATIONS', 5, { min: 1, max: 100 }, 'Mutations in one document.'),
    maxCost: integer(
      'MAX_COST',
      1_000,
      { min: 10, max: 1_000_000 },
      'Cost points of one document, list sizes multiplied.',
    ),
    costPerSecond: integer(
      'RATE_COST_PER_SECOND',
      200,
      { min: 1, max: 1_000_000 },
      'Cost points that a caller regains each second.',
    ),
    costBurst: integer('RATE_COST_BURST', 2_000, { min: 1, max: 10_000_000 }, 'Cost points that a caller can save up.'),
    maxAnswerBytes: integer(
      'MAX_ANSWER_BYTES',
      16_777_216,
      { min: 1_024, max: 536_870_912 },
      'Largest answer of a query or mutation, in bytes; a larger one is refused (COST_EXCEEDED).',
    ),
    operationsAtOnce: integer(
      'OPERATIONS_AT_ONCE',
      32,
      { min: 1, max: 10_000 },
      'Queries and mutations that a process runs at once; the others take turns, so that who asks much holds up nobody else.',
    ),
    maxWaitingPerPrincipal: integer(
      'MAX_WAITING_PER_PRINCIPAL',
      500,
      { min: 1, max: 100_000 },
      'Queries and mutations of one caller that wait for their turn; past that it is told to come back (RATE_LIMITED).',
    ),
    operationWaitMs: integer(
      'OPERATION_WAIT_MS',
      5_000,
      { min: 100, max: TEN_MINUTES_IN_MS },
      'How long a query or mutation waits for its turn before it is answered UNAVAILABLE (503), in milliseconds. Nothing was done.',
    ),
    maxSubscriptionsPerSocket: integer(
      'MAX_SUBSCRIPTIONS_PER_SOCKET',
      50,
      { min: 1, max: 10_000 },
      'Live subscriptions on one WebSocket.',
    ),
    maxSocketsPerPrincipal: integer(
      'MAX_SOCKETS_PER_PRINCIPAL',
      20,
      { min: 1, max: 100_000 },
      'Sockets and event streams of one caller at once.',
    ),
    maxSocketsPerBot: integer('MAX_SOCKETS_PER_BOT', 100, { min: 1, max: 100_000 }, 'The same for a bot.'),
  },
  documents: {
    path: optionalText(
      'DOCUMENTS_PATH',
      'File or folder with the documents that clients are known to send, by Apollo’s or Relay’s manifests or as .graphql files: docs/persisted-documents.md. Absent: none.',
    ),
    allowList: choice(
      'DOCUMENTS_ALLOW_LIST',
      ['off', 'log', 'enforce'],
      'off',
      'Whether only these documents run: log tells of others, enforce refuses them.',
    ),
    allowListRoles: listOr(
      'DOCUMENTS_ALLOW_LIST_ROLES',
      ROLES,
      role,
      'Roles to which the allow-list applies, comma separated.',
    ),
  },
  sending: {
    smtpUrl: optionalUrl(
      'SMTP_URL',
      ['smtp:', 'smtps:'],
      'Mail server of e-mail inboxes without one of their own, such as smtp://user:password@mail.example:587.',
    ),
    allow: list(
      'OUTBOUND_ALLOW',
      opening,
      'What bridges, mail servers and files by URL may be reached at besides the internet: ranges such as 10.1.0.0/16, places such as bridge.internal:8443.',
    ),
    http: choice(
      'OUTBOUND_HTTP',
      ['refuse', 'allow'],
      'refuse',
      'Whether bridges may be spoken to without TLS; what OUTBOUND_ALLOW names may.',
    ),
    deadlineMs: integer(
      'OUTBOUND_DEADLINE_MS',
      10_000,
      { min: 100, max: 60_000 },
      'How long a bridge may take to answer, from the look-up to the last byte, in milliseconds.',
    ),
    tries: integer(
      'DELIVERY_TRIES',
      6,
      { min: 1, max: 20 },
      'Tries of one message before it fails, and of one file that is fetched.',
    ),
    retryBaseMs: integer(
      'DELIVERY_RETRY_BASE_MS',
      5_000,
      { min: 10, max: TEN_MINUTES_IN_MS },
      'Wait before the second try, in milliseconds; each later one is three times as long, give or take a quarter.',
    ),
    workers: integer('DELIVERY_WORKERS', 8, { min: 1, max: 100 }, 'Messages that one process sends at once.'),
    workersPerInbox: integer(
      'DELIVERY_WORKERS_PER_INBOX',
      2,
      { min: 1, max: 100 },
      'Of these, messages of one inbox: a slow channel holds up only its own.',
    ),
  },
  live: {
    checkpointIntervalMs: integer(
      'CHECKPOINT_INTERVAL_MS',
      15_000,
      { min: 100, max: TEN_MINUTES_IN_MS },
      'A silent subscription gets a checkpoint this often, in milliseconds.',
    ),
    stalledReaderMs: integer(
      'STALLED_READER_MS',
      10_000,
      { min: 100, max: TEN_MINUTES_IN_MS },
      'A reader that takes no bytes for this long is closed with a resumable code, in milliseconds.',
    ),
  },
  nats: {
    servers: list(
      'NATS_URL',
      natsAddress,
      'NATS servers that carry events between processes, comma separated: docs/nats.md. None: Postgres does it.',
    ),
    credentialsFile: optionalText(
      'NATS_CREDENTIALS_FILE',
      'A .creds file to log in to NATS with. Absent: what NATS_URL says.',
    ),
    caFile: optionalText('NATS_CA_FILE', 'Certificate (PEM) of the authority that signed those of the NATS servers.'),
  },
  contextCache: {
    entries: integer(
      'CONTEXT_CACHE_ENTRIES',
      2_000,
      { min: 0, max: 1_000_000 },
      'Persons whose context packets a process keeps current for queries: those who were asked about twice within 10 s. 0: none.',
    ),
    megabytes: integer(
      'CONTEXT_CACHE_MEGABYTES',
      64,
      { min: 1, max: 100_000 },
      'Room for these packets and for the answers made of them, in megabytes; the longest unused go first.',
    ),
  },
  tracing: {
    otlpEndpoint: optionalUrl(
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      ['http:', 'https:'],
      'Base URL of an OpenTelemetry collector (OTLP over HTTP). Absent: no traces.',
    ),
    samplePercent: integer(
      'TRACE_SAMPLE_PERCENT',
      10,
      { min: 0, max: 100 },
      'Share of requests that are traced when their caller does not say it by `traceparent`, in percent.',
    ),
  },
} as const;

type Values<Group> = { readonly [Name in keyof Group]: Group[Name] extends Setting<infer T> ? T : never };

/** What the environment says, checked and frozen. Only app.ts and main.ts see it whole; layers get the values they need. */
export type Config = { readonly [Group in keyof typeof SETTINGS]: Values<(typeof SETTINGS)[Group]> };

/** Thrown with all problems at once, so that an operator corrects them in one go. */
export class ConfigProblems extends Error {
  override name = 'ConfigProblems';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** The only reader of the environment. Pure: the same variables give the same config. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const read = (setting: Setting<unknown>): unknown => {
    const given = env[setting.name]?.trim() ?? '';
    if (given === '') return setting.fallback;
    try {
      return setting.parse(given);
    } catch (problem) {
      problems.push(`${setting.name} ${(problem as Error).message}`);
      return setting.fallback;
    }
  };
  const groups = Object.entries<Record<string, Setting<unknown>>>(SETTINGS).map(([group, settings]) => {
    const values = Object.entries(settings).map(([key, setting]) => [key, read(setting)] as const);
    return [group, Object.freeze(Object.fromEntries(values))] as const;
  });
  const config = Object.freeze(Object.fromEntries(groups)) as Config;
  problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigProblems(problems);
  return config;
}

/** One line per setting, for the documentation. */
export function describeSettings(): { group: string; name: string; default: string; description: string }[] {
  return Object.entries(SETTINGS).flatMap(([group, settings]) =>
    Object.values<Setting<unknown>>(settings).map(({ name, shownDefault, description }) => ({
      group,
      name,
      default: shownDefault,
      description,
    })),
  );
}

/** Settings that are right one by one and wrong together. */
function contradictions({ database, replicas, documents, jwt, limits }: Config): string[] {
  const problems: string[] = [];
  if (database.migrationUrl && !database.url) {
    problems.push('MIGRATION_DATABASE_URL is set without DATABASE_URL: set both, or neither for the embedded database');
  }
  if (replicas.urls.length > 0 && !database.url) {
    problems.push('REPLICA_URLS is set without DATABASE_URL: the embedded database has no standbys');
  }
  const together = Object.entries({
    JWT_ISSUER: jwt.issuer,
    JWT_AUDIENCE: jwt.audience,
    JWT_JWKS_URL: jwt.jwksUrl,
  });
  const missing = together.filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length > 0 && missing.length < together.length) {
    problems.push(
      `${missing.join(' and ')} missing: JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URL are set together or not at all`,
    );
  }
  if (documents.allowList !== 'off' && !documents.path) {
    problems.push('DOCUMENTS_ALLOW_LIST is set without DOCUMENTS_PATH: no document would be on the list');
  }
  if (limits.costBurst < limits.maxCost) {
    problems.push('RATE_COST_BURST must not be below MAX_COST: the dearest allowed document could never run');
  }
  return problems;
}

function path(name: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) => resolve(PROJECT, value);
  return { name, shownDefault: fallback, description, fallback: parse(fallback), parse };
}
