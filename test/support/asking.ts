import type { GraphQLSchema } from 'graphql';

import { CHANNELS } from '../../src/channels/channels.ts';
import type { Database } from '../../src/database/open-database.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { CostBuckets } from '../../src/execution/cost-buckets.ts';
import { executeOperation, textOf, type Ground } from '../../src/execution/execute.ts';
import type { FieldRights } from '../../src/execution/field-rights.ts';
import { DEFAULT_LIMITS } from '../../src/execution/limits.ts';
import { preparing, type Prepare } from '../../src/execution/prepare.ts';
import { Rejection } from '../../src/execution/rejection.ts';
import { openOutboundHttp } from '../../src/channels/outbound/outbound-http.ts';
import { webhookCheck } from '../../src/live/webhooks/check-webhook.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { subscriptionReader } from '../../src/server/read-subscription.ts';
import { UNAUDITED } from '../../src/services/access/audit-trail.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import type { Viewer } from '../../src/values/viewer.ts';

/** What comes back is what the test is about. */
export interface Reply {
  data?: Record<string, never> | null;
  errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[];
}

export interface Asking {
  readonly schema: GraphQLSchema;
  readonly rights: FieldRights;
  readonly ground: Ground;
  readonly prepare: Prepare;
  /** What was masked since the test began: each is a bug of ours. */
  readonly bugs: unknown[];
  /** Customers whom answers showed, as an audit is told. Emptied by who asks. */
  readonly shown: Set<string>;
  ask(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<Reply>;
}

const UNLIMITED = {
  maxDocumentBytes: 1e7,
  ...{ maxDepth: 100, maxFields: 1e6, maxAliases: 10_000, maxDirectives: 100, maxTokens: 1e6, maxRootMutations: 100 },
  maxCost: 1e12,
};

/** The graph without a server around it: what any viewer asks goes through the preparation and the execution of every transport. */
export async function asking(database: Database): Promise<Asking> {
  const built = buildSchema(CHANNELS);
  const prepare = preparing({
    built,
    limits: { ...DEFAULT_LIMITS, ...UNLIMITED },
    buckets: new CostBuckets({ costBurst: 1e15, costPerSecond: 1e15 }),
  });
  const bugs: unknown[] = [];
  const shown = new Set<string>();
  const ground: Ground = {
    schema: built.schema,
    db: database,
    installation: await readInstallation(database.sql),
    visitorTokenMinutes: 60,
    suppressionDays: 90,
    reportBug: (error) => bugs.push(error),
    audit: {
      ...UNAUDITED,
      reads(_, customerIds) {
        for (const id of customerIds) shown.add(id);
        return undefined;
      },
    },
    checkWebhook: (scope, wanted, viewer) => checkWebhook(scope, wanted, viewer),
  };
  const checkWebhook = webhookCheck({
    subscriptions: SUBSCRIPTIONS,
    readSubscription: subscriptionReader(ground, prepare),
    http: openOutboundHttp({ allow: [], isHttpAllowed: false, deadlineMs: 1_000 }),
  });
  const ask = async (viewer: Viewer, query: string, variables: Record<string, unknown> = {}): Promise<Reply> => {
    try {
      const { data, errors } = await executeOperation(ground, prepare({ query, variables }, viewer), {
        requestId: 'request-id',
      });
      return JSON.parse(textOf({ ...(errors ? { errors } : {}), ...(data === undefined ? {} : { data }) })) as Reply;
    } catch (error) {
      if (error instanceof Rejection) return JSON.parse(JSON.stringify({ errors: error.errors })) as Reply;
      throw error;
    }
  };
  return { ...built, ground, prepare, bugs, shown, ask };
}
