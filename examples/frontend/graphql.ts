import { initGraphQLTada } from 'gql.tada';

import type { introspection } from './graphql-env.d.ts';

/**
 * Documents with types: what a document selects is what TypeScript lets you read. `npx gql.tada generate-output -c
 * examples/frontend/tsconfig.json` writes `graphql-env.d.ts` from Punos' schema; `npm run lint` does so first.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; SafeInt: number; Currency: string };
}>();
