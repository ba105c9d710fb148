import { ROLES } from '../values/vocabulary.ts';
import {
  TEN_MINUTES_IN_MS,
  choice,
  integer,
  list,
  listOr,
  optionalText,
  optionalUrl,
  role,
  roleName,
  text,
} from './setting.ts';

export const jwt = {
  issuer: optionalText('JWT_ISSUER', 'Issuer (iss) of accepted tokens. Absent: no tokens, API keys only.'),
  audience: optionalText('JWT_AUDIENCE', 'Audience (aud) that tokens must name.'),
  jwksUrl: optionalUrl(
    'JWT_JWKS_URL',
    ['https:', 'http:'],
    'Where the public keys of the issuer are. Absent: where its own description says, `/.well-known/openid-configuration` below JWT_ISSUER.',
  ),
  keysRefreshSeconds: integer(
    'JWT_KEYS_REFRESH_SECONDS',
    300,
    { min: 1, max: 86_400 },
    'Public keys of the issuer are asked for again after this long, in seconds: a key that it no longer names is refused from then on. While it is out of reach, known keys go on for a day.',
  ),
  roleClaim: text(
    'JWT_ROLE_CLAIM',
    'role',
    'Claim that holds the role, by its name or the way to it: `realm_access.roles`.',
  ),
  roleNames: list(
    'JWT_ROLES',
    roleName,
    'What the issuer calls our roles: `support=agent,support-lead=supervisor`. The claim may then be a list, of which exactly one role comes. None: it holds our own word.',
  ),
  scopeClaim: text('JWT_SCOPE_CLAIM', 'scope', 'Claim that holds the scopes, space separated or a list.'),
  scopePrefix: optionalText(
    'JWT_SCOPE_PREFIX',
    'What stands before our scopes: with `punos.` the scope `punos.orders:read` counts, and no other.',
  ),
  withoutScopes: choice(
    'JWT_WITHOUT_SCOPES',
    ['nothing', 'role'],
    'nothing',
    'What a token without the scope claim may do: nothing, or all that its role may.',
  ),
  identityClaim: text('JWT_IDENTITY_CLAIM', 'sub', 'Claim that says which customer, agent or partner asks.'),
  identityKind: text(
    'JWT_IDENTITY_KIND',
    'external_id',
    'Kind of identity that the claim holds. With `email` a token whose `email_verified` is false is refused.',
  ),
} as const;

export const visitors = {
  tokenMinutes: integer(
    'VISITOR_TOKEN_MINUTES',
    60,
    { min: 5, max: 1_440 },
    'How long the token of a visitor’s browser lives, in minutes.',
  ),
  stockExactUpTo: integer(
    'STOCK_EXACT_UP_TO',
    1_000_000_000,
    { min: 0, max: 1_000_000_000 },
    'Units of stock that customers are told exactly by `availability`, `substitutes` and `stockEvents`; of more they learn that there are at least so many. 0: only whether there are none, few or many.',
  ),
} as const;

export const limits = {
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
    'Cost points that a caller regains each second, over all processes.',
  ),
  costBurst: integer('RATE_COST_BURST', 2_000, { min: 1, max: 10_000_000 }, 'Cost points that a caller can save up.'),
  maxAnswerBytes: integer(
    'MAX_ANSWER_BYTES',
    16_777_216,
    { min: 1_024, max: 536_870_912 },
    'Largest answer of a query or mutation, in bytes; a larger one is refused (COST_EXCEEDED), and given up while it is being made once it is twice as large.',
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
} as const;

export const documents = {
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
} as const;
