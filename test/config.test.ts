import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ConfigProblems, describeSettings, readConfig } from '../src/config.ts';

test('without any variable everything has its safe default', () => {
  const config = readConfig({});

  expect(config.server).toEqual({
    port: 4000,
    host: '127.0.0.1',
    trustedProxies: [],
    corsOrigins: [],
    maxBodyBytes: 262_144,
    maxHookBodyBytes: 1_048_576,
    maxMailBytes: 10_485_760,
    bodyTimeoutMs: 15_000,
    uploadTimeoutMs: 300_000,
    maxBadSignaturesPerMinute: 60,
    maxFrameBytes: 65_536,
    requestDeadlineMs: 15_000,
    shutdownDrainMs: 20_000,
  });
  expect(config.database).toEqual({ url: undefined, migrationUrl: undefined, poolSize: 16, statementTimeoutMs: 5000 });
  expect(config.limits).toEqual({
    maxDepth: 10,
    maxTokens: 1000,
    maxAliases: 15,
    maxDirectives: 10,
    maxRootMutations: 5,
    maxCost: 1000,
    costPerSecond: 200,
    costBurst: 2000,
    maxAnswerBytes: 16_777_216,
    operationsAtOnce: 32,
    maxWaitingPerPrincipal: 500,
    operationWaitMs: 5_000,
    maxSubscriptionsPerSocket: 50,
    maxSocketsPerPrincipal: 20,
    maxSocketsPerBot: 100,
  });
  expect(config.runtime.dataDir).toMatch(/[/\\]\.punos$/);
});

test('a variable that is empty or blank counts as absent', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '  ' })).toEqual(readConfig({}));
});

test('nobody can change the config afterwards', () => {
  const config = readConfig({ CORS_ORIGINS: 'https://shop.example' });

  expect([config, ...Object.values(config), config.server.corsOrigins].every(Object.isFrozen)).toBe(true);
});

test('all problems are listed at once, and no value is repeated that could be a secret', () => {
  const read = () =>
    readConfig({
      PORT: '70000',
      MAX_DEPTH: 'deep',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://root:hunter2@db/punos',
      CORS_ORIGINS: 'https://shop.example, https://shop.example/path',
      JWT_ISSUER: 'https://id.example',
      TRUST_PROXY: 'everybody',
    });

  const thrown = problemsOf(read);
  expect(thrown).toEqual([
    'PORT must be a whole number from 0 to 65535',
    'TRUST_PROXY must list addresses or ranges of proxies, such as 10.0.0.5 or 10.0.0.0/8',
    'CORS_ORIGINS must list exact origins such as https://shop.example, without path or final slash',
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
    'DATABASE_URL must be an address that begins with postgres:// or postgresql://',
    'MAX_DEPTH must be a whole number from 1 to 50',
    'JWT_AUDIENCE missing: JWT_ISSUER and JWT_AUDIENCE are set together or not at all',
  ]);
  expect(thrown.join()).not.toContain('hunter2');
});

test('settings that contradict each other are refused', () => {
  expect(problemsOf(() => readConfig({ MIGRATION_DATABASE_URL: 'postgres://a@b/c' }))).toHaveLength(1);
  expect(problemsOf(() => readConfig({ RATE_COST_BURST: '10' }))).toHaveLength(1);
});

test('any single setting with any text is either taken or named in the refusal', () => {
  const names = describeSettings().map((setting) => setting.name);

  fc.assert(
    fc.property(fc.constantFrom(...names), fc.string(), (name, value) => {
      const problems = problemsOf(() => readConfig({ [name]: value }));
      expect(problems.every((problem) => problem.includes(name) || /JWT_|RATE_|MIGRATION_/.test(problem))).toBe(true);
    }),
  );
});

test('the documentation lists every setting with its default', async () => {
  const rows = describeSettings().map(
    (setting) => `| \`${setting.name}\` | ${setting.default} | ${setting.description} |`,
  );
  const page = [
    '# Settings',
    '',
    'All are environment variables. A wrong one stops the start, and all problems are named at once.',
    'This page is made from `src/settings`: `npx vitest run test/config.test.ts -u`.',
    '',
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');

  await expect(page).toMatchFileSnapshot('../docs/settings.md');
});

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems;
    throw error;
  }
}
