import { execute, GraphQLError, type GraphQLSchema } from 'graphql';

import type { Context } from '../resolvers/context.ts';
import { makeLoaders, type Loaders } from '../resolvers/loaders.ts';
import { NOTHING_KNOWN, type KnownContexts } from '../services/context/read-context.ts';
import { encodeConsistencyToken } from '../services/events/consistency-token.ts';
import { encodeCursor, placeAt } from '../services/events/cursor.ts';
import { UNAUDITED, type AuditTrail } from '../services/access/audit-trail.ts';
import type { Installation } from '../services/events/installation.ts';
import { readSnapshot } from '../services/events/read-events.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import type { CheckWebhook } from '../services/partners/webhook-endpoint.ts';
import type { OutreachLimits } from '../services/privacy/outreach.ts';
import type { Scope } from '../services/scope.ts';
import { AnswerTooLarge } from '../values/answer-too-large.ts';
import type { Freshness } from '../values/freshness.ts';
import { inSpan } from '../values/in-span.ts';
import { answerFromContext, contextAskedBy } from './known-answer.ts';
import { maskError, type ReportBug } from './mask-error.ts';
import { mayBeStale } from './may-be-stale.ts';
import { runPlan } from './plans/run-plan.ts';
import type { PreparedOperation } from './prepare.ts';
import { Rejection, rejected } from './rejection.ts';
import type { OnServed } from './sample-served.ts';
import type { Turns } from './turns.ts';

/** Standbys to read from. */
export interface Replicas {
  /** Runs reads where it is fresh enough. Null: nowhere, or it went wrong there; ask the primary. */
  read<T>(demand: Freshness, work: (db: Scope['db']) => Promise<T>): Promise<{ readonly answer: T } | null>;
  /** A place in the log of the database, after everything that was committed before the call. */
  position(): Promise<number>;
}

/** Where operations run. */
export interface Ground {
  readonly schema: GraphQLSchema;
  readonly db: Scope['db'];
  readonly installation: Installation;
  readonly visitorTokenMinutes: number;
  readonly suppressionDays: number;
  /** Default: customers are told every number of units. */
  readonly stockExactUpTo?: number;
  /** Default: what suits a shop. */
  readonly outreachLimits?: OutreachLimits;
  readonly reportBug: ReportBug;
  /** Default: none. */
  readonly contexts?: KnownContexts | undefined;
  /** Default: nobody can register one. */
  readonly checkWebhook?: CheckWebhook;
  /** Default: none. */
  readonly replicas?: Replicas | undefined;
  /** Default: everything runs at once. */
  readonly turns?: Turns;
  /** Of one answer. Default: what is asked for decides. */
  readonly maxAnswerBytes?: number;
  /** Told of what goes out. Default: nobody is. */
  readonly onServed?: OnServed | undefined;
  /** Told whom an answer shows, before it goes out. Default: nobody is. */
  readonly audit?: AuditTrail;
}

/** What it takes of a prepared operation to run it. */
export type Executable = Pick<
  PreparedOperation,
  'document' | 'operation' | 'viewer' | 'rawVariables' | 'variables' | 'sections'
>;

/** Who waits for what is run. */
export interface Caller {
  readonly requestId: string;
  /** False: they have left. Default: they stay. */
  readonly isWanted?: () => boolean;
}

/** A result whose data is JSON text already. */
export interface ResultText {
  readonly errors?: readonly GraphQLError[];
  /** Absent: the operation did not run. */
  readonly data?: string | null;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What came of a run, and whom it is about. */
interface RunResult extends ResultText {
  readonly subjects: ReadonlySet<string>;
}

/**
 * Runs a prepared query or mutation when its turn comes, on every transport: a document that comes often by its plan, any other by graphql-js.
 * What goes wrong is in the result, masked. Throws a Rejection when its turn does not come (then nothing was done) or the answer is too large.
 */
export async function executeOperation(
  ground: Ground,
  operation: PreparedOperation,
  { requestId, isWanted }: Caller,
): Promise<ResultText> {
  const candidate = { viewer: operation.viewer, points: operation.cost.requested, isWanted };
  const audit = ground.audit ?? UNAUDITED;
  const work = () =>
    inSpan('graphql execute', namesOf(operation), async () => {
      const asked = contextAskedBy(operation);
      if (asked !== null) audit.asks(operation, asked);
      return answerFromContext(ground.contexts ?? NOTHING_KNOWN, operation, async (contexts) => {
        const known = { ...ground, contexts };
        return (
          (await runOnReplica(known, operation)) ??
          run(known, operation, { cursor: await cursorFor(ground, operation) })
        );
      });
    });
  try {
    const result = await (ground.turns ? ground.turns.take(candidate, work) : work());
    if (result.errors?.some(isTooLarge)) throw new AnswerTooLarge();
    checkSize(ground, operation, result);
    await audit.reads(operation, result.subjects);
    if (result.data) ground.onServed?.(operation, result.data);
    const token = await tokenAfter(ground, operation);
    const extensions = { cost: operation.cost, ...(token === null ? {} : { consistencyToken: token }) };
    return { ...masked(ground, textIn(result), requestId), extensions };
  } catch (error) {
    if (error instanceof Rejection) throw error;
    if (isTooLarge(error))
      throw rejected('COST_EXCEEDED', `${new AnswerTooLarge().message}${doneBy(operation)}`, {
        maximum: ground.maxAnswerBytes,
      });
    return { errors: [maskError(error, requestId, ground.reportBug)] };
  }
}

/** Points count rows, and a row may hold a long text: what nobody can take in one piece is not sent. */
function checkSize({ maxAnswerBytes = Infinity }: Ground, operation: PreparedOperation, { data }: ResultText): void {
  // No character has more than three bytes for each of its units.
  if (!data || data.length * 3 <= maxAnswerBytes) return;
  const bytes = Buffer.byteLength(data);
  if (bytes <= maxAnswerBytes) return;
  throw rejected(
    'COST_EXCEEDED',
    `The answer has ${bytes} bytes; ${maxAnswerBytes} are allowed. Ask for smaller pages or fewer texts.${doneBy(operation)}`,
    { answerBytes: bytes, maximum: maxAnswerBytes },
  );
}

/** So many times what is allowed is still written, to say how much it would have been. */
const MEASURED = 2;

const doneBy = ({ kind }: PreparedOperation) => (kind === 'mutation' ? ' What it should do is done.' : '');

/** Given up while it was being made: by the statement that reads the texts, or by who writes them down. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof AnswerTooLarge || (error instanceof GraphQLError && error.originalError instanceof AnswerTooLarge);

interface ForEvent {
  readonly requestIdOf: () => string;
  /** Asked whom the payload shows, and waited for. */
  readonly shows: (customerIds: ReadonlySet<string>) => Promise<void> | undefined;
}

/**
 * Runs the document of a subscription for one event and returns the payload's text. The same text
 * goes to every subscriber of the class, so it holds nothing about the request. Throws when the database was out of reach for any
 * part of it: a payload with holes in it would move the readers' cursors over what they were never shown.
 */
export async function executeForEvent(
  ground: Ground,
  operation: Executable,
  rootValue: unknown,
  { requestIdOf, shows }: ForEvent,
): Promise<string> {
  const result = await inSpan('graphql execute', namesOf(operation), () =>
    run({ ...ground, maxAnswerBytes: Infinity }, operation, { rootValue }),
  );
  const outage = result.errors?.find(({ originalError }) => isUnavailable(originalError));
  if (outage) throw outage.originalError!;
  await shows(result.subjects);
  if (result.data) ground.onServed?.(operation, result.data);
  return textOf(result.errors ? masked(ground, result, requestIdOf()) : result);
}

/** A result as it is sent, on every transport. */
export function textOf({ errors, data, extensions }: ResultText): string {
  const parts = [
    ...(errors ? [`"errors":${JSON.stringify(errors)}`] : []),
    ...(data !== undefined ? [`"data":${data}`] : []),
    ...(extensions ? [`"extensions":${JSON.stringify(extensions)}`] : []),
  ];
  // Joined, so that it is one piece: a text in a thousand pieces would be put together again for each reader.
  return ['{', parts.join(','), '}'].join('');
}

const namesOf = ({ operation }: Executable) => ({
  'graphql.operation.type': operation.operation,
  'graphql.operation.name': operation.name?.value ?? '',
});

/** Taken before anything of the document is read: nothing that commits later is missed by who subscribes after it. Null: not asked for. */
async function cursorFor({ db, installation }: Ground, { selectsCursor }: PreparedOperation): Promise<string | null> {
  return selectsCursor ? encodeCursor(installation, placeAt(await readSnapshot(db.sql))) : null;
}

/** Null: the primary is to answer. */
async function runOnReplica(ground: Ground, operation: PreparedOperation): Promise<RunResult | null> {
  const { replicas } = ground;
  if (!replicas || !operation.freshness || !mayBeStale(operation)) return null;
  const read = await replicas.read(operation.freshness, async (db) => {
    const result = await run({ ...ground, db }, operation, {});
    // One statement that fails there fails all after it: the primary says what was wrong.
    if (result.errors) throw result.errors[0]!;
    return result;
  });
  return read && read.answer;
}

/** What a caller sends with a query that is to see this change. Null: it is no change, there are no replicas, or nobody can say. */
async function tokenAfter({ replicas, installation }: Ground, { kind }: PreparedOperation): Promise<string | null> {
  if (!replicas || kind !== 'mutation') return null;
  // The change is made, whatever happens to the token.
  const position = await replicas.position().catch(() => null);
  return position === null ? null : encodeConsistencyToken(installation, position);
}

const nowhere: CheckWebhook = () => Promise.reject(new Error('Nothing here sends webhooks.'));

/** Loaders are made for each run: their cache knows no rights but this viewer's, and no time but now. */
function contextFor(ground: Ground, { viewer, sections }: Executable, cursor: string | null): Context {
  const scope: Scope = { db: ground.db, viewer, now: ground.db.now() };
  let loaders: Loaders | undefined;
  return {
    scope,
    installation: ground.installation,
    visitorTokenMinutes: ground.visitorTokenMinutes,
    suppressionDays: ground.suppressionDays,
    stockExactUpTo: ground.stockExactUpTo ?? Infinity,
    outreachLimits: ground.outreachLimits,
    // Most documents that come often need none.
    get loaders() {
      return (loaders ??= makeLoaders(scope));
    },
    contexts: ground.contexts ?? NOTHING_KNOWN,
    checkWebhook: ground.checkWebhook ?? nowhere,
    cursor,
    sections,
    subjects: new Set(),
  };
}

/** Runs an operation by its plan, or by graphql-js where it has none. Both ways lead to the same text. */
async function run(
  ground: Ground,
  operation: Executable,
  { cursor = null, rootValue }: { cursor?: string | null; rootValue?: unknown },
): Promise<RunResult> {
  const { document, variables } = operation;
  const contextValue = contextFor(ground, operation, cursor);
  const plan = document.planFor(operation.operation, variables);
  const mostLength = MEASURED * (ground.maxAnswerBytes ?? Infinity);
  const { subjects } = contextValue;
  if (plan) return { ...(await runPlan(plan, { rootValue, contextValue, variables, mostLength })), subjects };
  const { errors, data } = await execute({
    schema: ground.schema,
    document: document.document,
    operationName: operation.operation.name?.value ?? null,
    variableValues: operation.rawVariables,
    rootValue,
    contextValue,
  });
  if (textLength(data, mostLength) > mostLength) throw new AnswerTooLarge();
  return { ...(errors ? { errors } : {}), data: data == null ? null : JSON.stringify(data), subjects };
}

/** Characters of the texts in an answer, counted until there are more than `most`: what is asked for by aliases is there once, and would be written many times. */
function textLength(value: unknown, most: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let sum = 0;
  for (const part of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    sum += textLength(part, most - sum);
    if (sum > most) break;
  }
  return sum;
}

const textIn = ({ errors, data }: RunResult): ResultText => ({
  ...(errors ? { errors } : {}),
  ...(data === undefined ? {} : { data }),
});

function masked({ reportBug }: Ground, result: ResultText, requestId: string): ResultText {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => maskError(error, requestId, reportBug)) };
}
