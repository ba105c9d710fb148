import { TEN_MINUTES_IN_MS, databaseUrl, integer, list, replicaUrl } from './setting.ts';

const DAYS_90_IN_HOURS = 2_160;

export const database = {
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
} as const;

export const replicas = {
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
} as const;

export const watching = {
  oldTransactionMs: integer(
    'OLD_TRANSACTION_MS',
    30_000,
    { min: 1_000, max: 86_400_000 },
    'A transaction of anybody that is older is warned of in the log, on `/readyz` and in the metrics, in milliseconds. Looked for every 10 seconds.',
  ),
} as const;

export const retention = {
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
  suppressionDays: integer(
    'SUPPRESSION_DAYS',
    90,
    { min: 0, max: 36_500 },
    'How long nothing is taken in under what an erased person was known by, in days: docs/erasure.md. What happened before the erasure never is.',
  ),
  auditDays: integer(
    'AUDIT_RETENTION_DAYS',
    400,
    { min: 30, max: 3_650 },
    'How long it is kept who was shown whose data, in days.',
  ),
} as const;
