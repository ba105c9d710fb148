import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { TEN_MINUTES_IN_MS, choice, exactOrigin, integer, list, proxyAddress, text, type Setting } from './setting.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export const server = {
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
} as const;

export const runtime = {
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
    'Processes that serve behind the one port; `npm start -- --processes 3` says the same. One is replaced when it ends. RATE_… holds over all of them; MAX_SOCKETS_… and MAX_BAD_SIGNATURES_… in each.',
  ),
  dataDir: path(
    'DATA_DIR',
    '.punos',
    'Directory of the embedded database, the demo keys, attachments, and who read what while the database could not write. Relative to the project.',
  ),
  sampleDataDir: path(
    'PUNOS_SAMPLE_DATA',
    '../shared/data',
    'Sample data for imports and tests. Relative to the project; may be absent.',
  ),
} as const;

function path(name: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) => resolve(PROJECT, value);
  return { name, shownDefault: fallback, description, fallback: parse(fallback), parse };
}
