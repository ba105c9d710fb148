import { TEN_MINUTES_IN_MS, integer, list, natsAddress, optionalText, optionalUrl } from './setting.ts';

export const live = {
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
} as const;

export const nats = {
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
} as const;

export const contextCache = {
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
} as const;

export const tracing = {
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
} as const;

export const figures = {
  accuracySamplePercent: integer(
    'ACCURACY_SAMPLE_PERCENT',
    1,
    { min: 0, max: 100 },
    'Share of the answers with the status of orders, and of notices, that are compared with what was known, in percent; 120 samples a minute and process at most. 0: none.',
  ),
} as const;
