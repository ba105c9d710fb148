import { existsSync } from 'node:fs';

import graphql from '@graphql-eslint/eslint-plugin';
import typescript from 'typescript-eslint';

const SDL = 'src/schema/schema.graphql';

/** Names that say nothing; a banned file name is found by scripts/lint.mjs. */
const EMPTY_NAMES = '/^(handle|process)$/';

const ONE_CLIENT =
  'Whoever is told an address speaks to it through channels/outbound/outbound-http.ts, which looks where it leads.';

/** Node's own clients; a server may be made of the same module. */
const requestsOf = (name) => ({ name, importNames: ['default', 'request', 'get', 'connect'], message: ONE_CLIENT });

/** Few rules, all on. What prettier and tsc already say is not said again. */
const RULES = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unsafe-argument': 'error',
  '@typescript-eslint/no-unsafe-assignment': 'error',
  '@typescript-eslint/no-unsafe-call': 'error',
  '@typescript-eslint/no-unsafe-member-access': 'error',
  '@typescript-eslint/no-unsafe-return': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
  '@typescript-eslint/max-params': ['error', { max: 4 }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-console': 'error',
  'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
  'no-restricted-properties': [
    'error',
    {
      object: 'process',
      property: 'env',
      message: 'Only main.ts reads the environment, through readConfig; take the one value as argument.',
    },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: `FunctionDeclaration[id.name=${EMPTY_NAMES}]`, message: 'Name what it does.' },
    { selector: `MethodDefinition[key.name=${EMPTY_NAMES}]`, message: 'Name what it does.' },
    { selector: 'TSEnumDeclaration', message: 'Closed lists live in values/vocabulary.ts as arrays of words.' },
  ],
};

/** Commands and tests talk to the terminal and read the environment; production code does neither. */
const COMMANDS = ['src/main.ts', 'scripts/**', 'bench/**', 'examples/**', 'test/**'];

const SDL_RULES = {
  '@graphql-eslint/require-description': [
    'error',
    {
      types: true,
      FieldDefinition: true,
      InputValueDefinition: true,
      EnumValueDefinition: true,
      DirectiveDefinition: true,
      // type-graphql cannot describe the three roots; their fields are described.
      ignoredSelectors: ['ObjectTypeDefinition[name.value=/^(Query|Mutation|Subscription)$/]'],
    },
  ],
  '@graphql-eslint/no-hashtag-description': 'error',
  '@graphql-eslint/require-deprecation-reason': 'error',
  '@graphql-eslint/no-duplicate-fields': 'error',
  '@graphql-eslint/naming-convention': [
    'error',
    {
      types: 'PascalCase',
      FieldDefinition: 'camelCase',
      InputValueDefinition: 'camelCase',
      Argument: 'camelCase',
      EnumValueDefinition: 'UPPER_CASE',
      'FieldDefinition[parent.name.value=Query]': { forbiddenPrefixes: ['get', 'query', 'list', 'fetch'] },
      'FieldDefinition[parent.name.value=Mutation]': { forbiddenPrefixes: ['create', 'update', 'delete', 'set', 'do'] },
    },
  ],
  '@graphql-eslint/relay-page-info': 'error',
  '@graphql-eslint/relay-connection-types': 'error',
  '@graphql-eslint/relay-edge-types': [
    'error',
    { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
  ],
  '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
};

export default [
  { ignores: ['node_modules/**', 'web/dist/**', 'examples/frontend/dist/**', 'coverage/**', '.punos/**', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@typescript-eslint': typescript.plugin },
    languageOptions: {
      parser: typescript.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: RULES,
  },
  {
    files: COMMANDS,
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['src/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: ONE_CLIENT }],
      'no-restricted-imports': [
        'error',
        { paths: ['http', 'https', 'node:http', 'node:https', 'http2', 'node:http2'].map(requestsOf) },
      ],
    },
  },
  // Who runs this says where the OpenID provider is, perhaps on a private address; it is told by nobody.
  { files: ['src/services/access/provider-keys.ts'], rules: { 'no-restricted-globals': 'off' } },
  // The arguments of a resolver are the contract's, plus root, context and info.
  { files: ['src/resolvers/**'], rules: { '@typescript-eslint/max-params': 'off' } },
  // vitest's matchers (expect.any, expect.stringMatching) are typed any.
  {
    files: ['test/**'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/max-params': 'off' },
  },
  {
    files: ['*.config.{ts,mjs}', 'web/**/*.config.ts', 'examples/*/*.config.ts', '.dependency-cruiser.mjs'],
    rules: { 'no-restricted-exports': 'off' },
  },
  ...(existsSync(SDL)
    ? [
        {
          files: [SDL],
          plugins: { '@graphql-eslint': graphql },
          languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: SDL } } },
          rules: SDL_RULES,
        },
      ]
    : []),
];
