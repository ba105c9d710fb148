import { NOTICE_KINDS } from '../values/notices.ts';
import {
  TEN_MINUTES_IN_MS,
  choice,
  integer,
  list,
  listOr,
  mediaType,
  noticeKind,
  opening,
  optionalUrl,
} from './setting.ts';

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

export const attachments = {
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
} as const;

export const sending = {
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
} as const;

export const notices = {
  kinds: listOr(
    'NOTICE_KINDS',
    NOTICE_KINDS,
    noticeKind,
    'What customers are told of their orders unasked, comma separated; `none` for nothing. docs/orders.md says when.',
  ),
} as const;

export const marketing = {
  mostPerWeek: integer(
    'MARKETING_MOST_PER_WEEK',
    3,
    { min: 0, max: 1_000 },
    'Advertisements that one person is sent in seven days over all channels, at most; more are refused. 0: none.',
  ),
  repeatAfterDays: integer(
    'REPEAT_CONTACT_DAYS',
    0,
    { min: 0, max: 3_650 },
    'Days after which a person may be written to unasked about one thing again, by hand or by a notice: docs/privacy.md. 0: never again.',
  ),
} as const;
