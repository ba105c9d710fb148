import { TEN_MINUTES_IN_MS, integer, list, openingOrHost } from './setting.ts';

const YEAR_IN_DAYS = 366;

export const webhooks = {
  allowedPrivateHosts: list(
    'WEBHOOK_ALLOWED_PRIVATE_HOSTS',
    openingOrHost,
    'For development: what webhooks may be posted to besides the internet, also without TLS: hosts such as 127.0.0.1 or localhost, places such as 127.0.0.1:8080, ranges such as 10.1.0.0/16. Refused in production.',
  ),
  deadlineMs: integer(
    'WEBHOOK_DEADLINE_MS',
    10_000,
    { min: 100, max: 60_000 },
    'How long a receiver of webhooks may take to answer, from the look-up to the last byte, in milliseconds.',
  ),
  tries: integer('WEBHOOK_TRIES', 9, { min: 1, max: 20 }, 'Attempts to deliver one event before it is given up.'),
  retryBaseMs: integer(
    'WEBHOOK_RETRY_BASE_MS',
    5_000,
    { min: 10, max: TEN_MINUTES_IN_MS },
    'Wait before the second attempt, in milliseconds; each later one is four times as long, and up to a quarter more. Nine attempts go over 30 hours or more.',
  ),
  disableAfterHours: integer(
    'WEBHOOK_DISABLE_AFTER_HOURS',
    120,
    { min: 1, max: 2_160 },
    'An endpoint that took nothing for so long is disabled, in hours.',
  ),
  workers: integer('WEBHOOK_WORKERS', 64, { min: 1, max: 1_000 }, 'Webhooks that one process sends at once.'),
  workersPerEndpoint: integer(
    'WEBHOOK_WORKERS_PER_ENDPOINT',
    8,
    { min: 1, max: 100 },
    'Of these, webhooks to one endpoint: a slow one holds up only itself.',
  ),
  ledgerDays: integer(
    'WEBHOOK_LEDGER_DAYS',
    30,
    { min: 1, max: YEAR_IN_DAYS },
    'How long it is kept what became of deliveries to webhooks, in days. What is pending stays.',
  ),
} as const;
