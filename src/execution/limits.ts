/** How large a document may be. Counted after fragments are expanded. */
export interface DocumentLimits {
  maxDocumentBytes: number;
  maxTokens: number;
  /** Without `edges`, `node` and `nodes`. */
  maxDepth: number;
  /** Of what stands below `__schema` and `__type`. */
  maxIntrospectionDepth: number;
  maxAliases: number;
  maxDirectives: number;
  maxFields: number;
  maxRootMutations: number;
  /** Of one operation. */
  maxCost: number;
}

export const DEFAULT_LIMITS: DocumentLimits = {
  maxDocumentBytes: 65_536,
  maxTokens: 1_000,
  maxDepth: 10,
  maxIntrospectionDepth: 20,
  maxAliases: 15,
  maxDirectives: 10,
  maxFields: 2_000,
  maxRootMutations: 5,
  maxCost: 1_000,
};

/** Validation errors in one answer. */
export const MAX_ERRORS = 10;
