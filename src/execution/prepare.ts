import {
  getVariableValues,
  GraphQLError,
  Kind,
  visit,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';

import type { DataClass } from '../values/personal-classes.ts';
import type { Freshness } from '../values/freshness.ts';
import type { ContextSection } from '../values/context-packet.ts';
import type { Right } from '../values/rights.ts';
import type { Viewer } from '../values/viewer.ts';
import type { CheckAllowed } from './allow-list.ts';
import type { BuiltSchema } from './build-schema.ts';
import { checkInput } from './check-input.ts';
import { requestedCost } from './cost.ts';
import type { CostBuckets, Throttle } from './cost-buckets.ts';
import { MAX_ERRORS, type DocumentLimits } from './limits.ts';
import { PersistedDocuments } from './persisted-documents.ts';
import type { PlanSettings } from './plans/plans.ts';
import { documentReader, type ReadDocument } from './read-document.ts';
import type { AskedFreshness } from './read-freshness.ts';
import { Rejection, rejected, rejectedAs } from './rejection.ts';
import { rightsClassOf, rightsText } from './rights-class.ts';

/** An operation as a transport received it; nothing of it is trusted. */
export interface OperationRequest {
  query: unknown;
  operationName?: unknown;
  variables?: unknown;
  /** May name the document by its hash. */
  extensions?: unknown;
  /** Absent: nothing is said of it. */
  freshness?: AskedFreshness | undefined;
}

/** An operation that may run under this viewer. */
export interface PreparedOperation {
  readonly document: ReadDocument;
  readonly operation: OperationDefinitionNode;
  readonly kind: `${OperationTypeNode}`;
  readonly viewer: Viewer;
  /** As they came: graphql-js coerces them itself when it executes. */
  readonly rawVariables: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly selectsCursor: boolean;
  /** How old the answer may be. Null: it is of now. */
  readonly freshness: Freshness | null;
  /** Sections of context packets that it may show. */
  readonly sections: readonly ContextSection[];
  /** Kinds of personal data that it can show. */
  readonly dataClasses: readonly DataClass[];
  /** Viewers of one class get the same bytes. */
  readonly rightsClass: string;
  readonly cost: { readonly requested: number; readonly throttle: Throttle };
}

export interface Preparation {
  readonly built: BuiltSchema;
  readonly limits: DocumentLimits;
  readonly buckets: Pick<CostBuckets, 'charge'>;
  /** Default: what suits a server. */
  readonly plans?: PlanSettings;
  /** Default: those that clients register. */
  readonly documents?: PersistedDocuments;
  /** Default: every document is allowed. */
  readonly checkAllowed?: CheckAllowed;
  /** Default: whatever is asked for, the answer is of now. */
  readonly readFreshness?: (asked: AskedFreshness) => Freshness | null;
}

export interface Prepare {
  (request: OperationRequest, viewer: Viewer): PreparedOperation;
  /** True when this very text was read before and is within the limits. Says nothing about rights or cost. */
  isKnown(query: string): boolean;
}

/**
 * The one step before any operation on any transport: the text that is meant and whether it is allowed, limits, parse, validation, choice of the operation, variables, rights,
 * cost, budget, in this order. Throws a Rejection; what it returns may run.
 */
export function preparing({
  built,
  limits,
  buckets,
  plans,
  documents = new PersistedDocuments({ maxBytes: limits.maxDocumentBytes }),
  checkAllowed = () => undefined,
  readFreshness = () => null,
}: Preparation): Prepare {
  const { readDocument, isKnown } = documentReader(built, limits, plans);
  const prepare = (request: OperationRequest, viewer: Viewer): PreparedOperation => {
    const { operationName, variables: given } = request;
    const query = documents.resolve(request.query, request.extensions);
    if (typeof query !== 'string' || query === '')
      throw rejected('BAD_REQUEST', 'A request has a `query`: the text of a GraphQL document.');
    if (operationName != null && typeof operationName !== 'string')
      throw rejected('BAD_REQUEST', '`operationName` is a text or null.');
    if (given != null && (typeof given !== 'object' || Array.isArray(given)))
      throw rejected('BAD_REQUEST', '`variables` is an object or null.');
    const rawVariables = (given ?? {}) as Record<string, unknown>;
    const valueCount = checkInput(rawVariables);
    const freshness = request.freshness ? readFreshness(request.freshness) : null;

    checkAllowed(query, viewer.role);
    const document = readDocument(query);
    const operation = chooseOperation(document, operationName ?? null);
    const requirements = document.requirements(operation);
    checkRights(document, operation, viewer);
    const variables = coerce(built.schema, operation, { raw: rawVariables, valueCount });
    const requested = requestedCost(built.schema, document.document, operation, variables);
    if (requested > limits.maxCost)
      throw rejected(
        'COST_EXCEEDED',
        `The operation asks for ${requested} points; ${limits.maxCost} are allowed. Ask for smaller pages or fewer nested lists.`,
        { cost: { requested, maximum: limits.maxCost } },
      );
    const charge = buckets.charge(viewer, requested);
    if (!charge.ok) throw rateLimited(charge.retryAfterSeconds, requested);
    return {
      document,
      operation,
      kind: operation.operation,
      viewer,
      rawVariables,
      variables,
      selectsCursor: requirements.selectsCursor,
      freshness,
      sections: requirements.sections,
      dataClasses: requirements.dataClasses,
      rightsClass: rightsClassOf(viewer, requirements.viewerRelative),
      cost: { requested, throttle: charge.throttle },
    };
  };
  return Object.assign(prepare, { isKnown });
}

function rateLimited(retryAfterSeconds: number, requested: number): Rejection {
  const error = new GraphQLError(`Too much was asked for in a short time. Try again in ${retryAfterSeconds} s.`, {
    extensions: { code: 'RATE_LIMITED', retryAfterSeconds, cost: { requested } },
  });
  return new Rejection([error], 'RATE_LIMITED', retryAfterSeconds);
}

function chooseOperation(document: ReadDocument, name: string | null): OperationDefinitionNode {
  const { operations } = document;
  const found = name === null ? operations[0] : operations.find((each) => each.name?.value === name);
  if (!found)
    throw rejected(
      'OPERATION_RESOLUTION_FAILURE',
      name === null ? 'The document has no operation.' : 'The document has no operation of that name.',
    );
  if (name === null && operations.length > 1)
    throw rejected('OPERATION_RESOLUTION_FAILURE', 'The document has several operations: name one in `operationName`.');
  return found;
}

/** The answer for a document and a set of rights never changes, so it is kept with the document. */
function checkRights(document: ReadDocument, operation: OperationDefinitionNode, viewer: Viewer): void {
  const key = `${operation.name?.value ?? ''}|${rightsText(viewer)}`;
  let errors = document.verdicts.get(key);
  if (!errors) {
    errors = missingRights(document.requirements(operation).rights, viewer.rights);
    document.verdicts.set(key, errors);
  }
  if (errors.length > 0) throw new Rejection(errors, 'FORBIDDEN');
}

function missingRights(needed: ReadonlyMap<Right, string>, held: ReadonlySet<Right>): readonly GraphQLError[] {
  return [...needed]
    .filter(([right]) => !held.has(right))
    .slice(0, MAX_ERRORS)
    .map(
      ([right, field]) =>
        new GraphQLError(`\`${field}\` needs the right \`${right}\`, which your key or token lacks.`, {
          extensions: { code: 'FORBIDDEN', field, right },
        }),
    );
}

/** Of a request whose variables have more, only the first thing that is wrong is told. */
const MANY_VALUES = 1_000;

function coerce(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { raw, valueCount }: { readonly raw: Readonly<Record<string, unknown>>; readonly valueCount: number },
): Readonly<Record<string, unknown>> {
  refuseNul(operation);
  // Each error writes out the value that it objects to, which may be all of them.
  const maxErrors = valueCount > MANY_VALUES ? 1 : MAX_ERRORS;
  const result = getVariableValues(schema, operation.variableDefinitions ?? [], raw, { maxErrors });
  if (result.errors) throw rejectedAs('BAD_USER_INPUT', result.errors.slice(0, MAX_ERRORS));
  return result.coerced;
}

const checked = new WeakSet<OperationDefinitionNode>();

function refuseNul(operation: OperationDefinitionNode): void {
  if (checked.has(operation)) return;
  visit(operation, { [Kind.STRING]: (node) => checkInput(node.value) });
  checked.add(operation);
}
