/** Codes of top-level errors, the same on HTTP, WebSocket and SSE. One list; a code is never reused with another meaning. */
export const ERROR_CODES = {
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL, or too long.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema, or is past a limit on documents.',
  OPERATION_RESOLUTION_FAILURE: 'The document has no operation of that name, or several and none was named.',
  PERSISTED_QUERY_NOT_FOUND: 'No document of that hash is known here. Send the hash once more, together with the text.',
  DOCUMENT_NOT_ALLOWED: 'Only documents on the allow-list run for this role, and this one is not on it.',
  BAD_USER_INPUT: 'A variable or an argument cannot be right whatever the data.',
  BAD_REQUEST: 'The request is not a GraphQL request.',
  COST_EXCEEDED: 'One operation asks for more than any operation may. Ask for smaller pages.',
  RATE_LIMITED: 'Too much was asked for in a short time. Wait `retryAfterSeconds`.',
  UNAUTHENTICATED: 'No key or token, or one that is wrong, expired or revoked.',
  FORBIDDEN: 'The key or token lacks a right that the document needs.',
  CURSOR_EXPIRED: 'The journal no longer reaches back to the cursor.',
  CUSTOMER_ERASED: 'Whoever the subscription is about was erased. There is nothing to come back for.',
  SLOW_CONSUMER: 'The subscriber took no bytes for too long. Resume with the last cursor.',
  UNAVAILABLE: 'The database cannot be reached or is overloaded. Nothing was acknowledged; try again.',
  INTERNAL_SERVER_ERROR: 'A bug. The request id finds it in the log.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
