import type { Setting } from './settings/setting.ts';
import { jwt, visitors, limits, documents } from './settings/callers.ts';
import { database, replicas, watching, retention } from './settings/databases.ts';
import { live, nats, contextCache, figures, tracing } from './settings/live.ts';
import { matching } from './settings/matching.ts';
import { attachments, marketing, notices, sending } from './settings/sending.ts';
import { server, runtime } from './settings/serving.ts';
import { webhooks } from './settings/webhooks.ts';

/**
 * Every setting there is: the environment variable, its default, its bounds and what it means, in the order of docs/settings.md,
 * which is made from this table.
 */
const SETTINGS = {
  server,
  runtime,
  database,
  replicas,
  watching,
  jwt,
  retention,
  attachments,
  visitors,
  limits,
  documents,
  sending,
  notices,
  marketing,
  webhooks,
  live,
  nats,
  contextCache,
  figures,
  matching,
  tracing,
};

type Values<Group> = { readonly [Name in keyof Group]: Group[Name] extends Setting<infer T> ? T : never };

/** What the environment says, checked and frozen. Only app.ts and main.ts see it whole; layers get the values they need. */
export type Config = { readonly [Group in keyof typeof SETTINGS]: Values<(typeof SETTINGS)[Group]> };

/** Thrown with all problems at once, so that an operator corrects them in one go. */
export class ConfigProblems extends Error {
  override name = 'ConfigProblems';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** The only reader of the environment. Pure: the same variables give the same config. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const read = (setting: Setting<unknown>): unknown => {
    const given = env[setting.name]?.trim() ?? '';
    if (given === '') return setting.fallback;
    try {
      return setting.parse(given);
    } catch (problem) {
      problems.push(`${setting.name} ${(problem as Error).message}`);
      return setting.fallback;
    }
  };
  const groups = Object.entries<Record<string, Setting<unknown>>>(SETTINGS).map(([group, settings]) => {
    const values = Object.entries(settings).map(([key, setting]) => [key, read(setting)] as const);
    return [group, Object.freeze(Object.fromEntries(values))] as const;
  });
  const config = Object.freeze(Object.fromEntries(groups)) as Config;
  problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigProblems(problems);
  return config;
}

/** One line per setting, for the documentation. */
export function describeSettings(): { group: string; name: string; default: string; description: string }[] {
  return Object.entries(SETTINGS).flatMap(([group, settings]) =>
    Object.values<Setting<unknown>>(settings).map(({ name, shownDefault, description }) => ({
      group,
      name,
      default: shownDefault,
      description,
    })),
  );
}

/** Settings that are right one by one and wrong together. */
function contradictions({
  database,
  replicas,
  documents,
  jwt,
  limits,
  runtime: { environment },
  matching,
  webhooks: hooks,
}: Config): string[] {
  const problems: string[] = [];
  if (database.migrationUrl && !database.url) {
    problems.push('MIGRATION_DATABASE_URL is set without DATABASE_URL: set both, or neither for the embedded database');
  }
  if (matching.mergePercent > 0 && matching.mergePercent < matching.proposePercent) {
    problems.push(
      'MATCH_MERGE_PERCENT is below MATCH_PROPOSE_PERCENT: what is merged by itself has to be surer than what is asked about. 0 is never',
    );
  }
  if (replicas.urls.length > 0 && !database.url) {
    problems.push('REPLICA_URLS is set without DATABASE_URL: the embedded database has no standbys');
  }
  const together = { JWT_ISSUER: jwt.issuer, JWT_AUDIENCE: jwt.audience };
  const missing = Object.entries(together).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 1 || (missing.length === 2 && jwt.jwksUrl !== undefined)) {
    problems.push(`${missing.join(' and ')} missing: JWT_ISSUER and JWT_AUDIENCE are set together or not at all`);
  }
  if (jwt.issuer !== undefined && jwt.jwksUrl === undefined && !/^https?:\/\/[^?#]+$/.test(jwt.issuer)) {
    problems.push('JWT_ISSUER is no address: without JWT_JWKS_URL the keys are looked for below it');
  }
  if (documents.allowList !== 'off' && !documents.path) {
    problems.push('DOCUMENTS_ALLOW_LIST is set without DOCUMENTS_PATH: no document would be on the list');
  }
  if (environment === 'production' && hooks.allowedPrivateHosts.length > 0) {
    problems.push(
      'WEBHOOK_ALLOWED_PRIVATE_HOSTS is for development: in production no webhook goes to a private address',
    );
  }
  if (limits.costBurst < limits.maxCost) {
    problems.push('RATE_COST_BURST must not be below MAX_COST: the dearest allowed document could never run');
  }
  return problems;
}
