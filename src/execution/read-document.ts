import {
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import { BoundedMap } from './bounded-map.ts';
import type { BuiltSchema } from './build-schema.ts';
import { checkShape } from './document-shape.ts';
import { MAX_ERRORS, type DocumentLimits } from './limits.ts';
import { planning, type PlanSettings } from './plans/plans.ts';
import type { Plan } from './plans/plan.ts';
import { rejected, rejectedAs } from './rejection.ts';
import { requirementsOf, type Requirements } from './required-rights.ts';

/** A valid document within the limits, and what is known of its operations. */
export interface ReadDocument {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operations: readonly OperationDefinitionNode[];
  requirements(operation: OperationDefinitionNode): Requirements;
  /** For one more run of an operation. Null: it runs without a plan. */
  planFor(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): Plan | null;
  /** Verdicts of the rights check, by operation name and rights. */
  readonly verdicts: BoundedMap<readonly GraphQLError[]>;
}

const KEPT_DOCUMENTS = 1_000;
const KEPT_VERDICTS = 64;

/** Reads documents: parse, limits, validation, once for each text. Only valid ones are kept. */
export function documentReader(
  { schema, rights }: BuiltSchema,
  limits: DocumentLimits,
  plans?: PlanSettings,
): { readDocument: (text: string) => ReadDocument; isKnown: (text: string) => boolean } {
  const kept = new BoundedMap<ReadDocument>(KEPT_DOCUMENTS);
  const planFor = planning(schema, plans);
  const readDocument = (text: string): ReadDocument => {
    const known = kept.get(text);
    if (known) return known;
    const document = readText(schema, text, limits);
    const requirements = new Map<OperationDefinitionNode, Requirements>();
    const read: ReadDocument = {
      text,
      document,
      operations: document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION),
      requirements(operation) {
        const found = requirements.get(operation) ?? requirementsOf(schema, rights, document, operation);
        requirements.set(operation, found);
        return found;
      },
      planFor: (operation, variables) => planFor(document, operation, variables),
      verdicts: new BoundedMap(KEPT_VERDICTS),
    };
    kept.set(text, read);
    return read;
  };
  return { readDocument, isKnown: (text) => kept.get(text) !== undefined };
}

function readText(schema: GraphQLSchema, text: string, limits: DocumentLimits): DocumentNode {
  if (Buffer.byteLength(text) > limits.maxDocumentBytes)
    throw rejected('GRAPHQL_PARSE_FAILED', `The document is longer than ${limits.maxDocumentBytes} bytes.`);
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: limits.maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) throw rejectedAs('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
  checkShape(document, limits);
  const errors = validated(schema, document);
  if (errors.length > 0) throw rejectedAs('GRAPHQL_VALIDATION_FAILED', errors.slice(0, MAX_ERRORS));
  return document;
}

/** A rule of graphql-js evaluates `@skip` and `@include` before there are variables, and throws what it should have reported. */
function validated(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(schema, document, specifiedRules, { maxErrors: MAX_ERRORS, hideSuggestions: true });
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}
