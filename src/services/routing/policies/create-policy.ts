import { checkOptionalText } from '../../../values/check-text.ts';
import { newId, type RoutingPolicyId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { Refusals } from '../../../values/refusals.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically, recordFact } from '../../events/atomically.ts';
import { stream, topic } from '../../events/fact.ts';
import type { Scope } from '../../scope.ts';
import type { Fault } from '../core/check-by-schema.ts';
import { readPolicy } from '../core/read-policy.ts';
import { SHIPPED_VERSION } from './policy-record.ts';

export interface PolicyDraft {
  /** JSON, of the published form. */
  readonly document: string;
  /** Why, for whoever reads it later. */
  readonly note?: string | null | undefined;
}

const LONGEST_DOCUMENT = 500_000;
export const LONGEST_NOTE = 500;

/** Keeps a policy under a new version. It holds for nobody until it is activated. Refuses what is wrong with the document, each fault at its place. */
export async function createPolicy(scope: Scope, { document, note }: PolicyDraft): Promise<RoutingPolicyId> {
  requireRight(scope.viewer, 'policies:write');
  const why = checkOptionalText(note, ['input', 'note'], LONGEST_NOTE);
  const { policy } = checkDocument(document, ['input', 'document']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    // One after the other, so that no version is missing. Reading goes on meanwhile.
    await sql`lock table routing_policies in share row exclusive mode`;
    const id = newId('routingPolicy');
    const [made] = await sql<{ version: number }[]>`
      insert into routing_policies (id, version, name, document, note, created_at, created_by)
      select ${id}, greatest(coalesce(max(version), 0), ${SHIPPED_VERSION}::int) + 1, ${policy.name}, ${document}, ${why}, ${tx.now}::timestamptz,
        ${tx.viewer.principal}
      from routing_policies
      returning version`;
    recordFact(tx, {
      type: 'routing.policy_created',
      streams: [stream.routingPolicies],
      topics: [topic.routing],
      details: { policyId: id, version: made!.version },
    });
    return id;
  });
}

/** A document that can be followed; else everything that is wrong with it. */
export function checkDocument(document: string, field: readonly string[]) {
  if (document.length > LONGEST_DOCUMENT)
    throw new Refusal('INVALID_INPUT', `A policy has at most ${LONGEST_DOCUMENT} characters.`, field);
  const written = parse(document, field);
  const { policy, faults } = readPolicy(written);
  if (policy) return { policy };
  throw refusalsOf(faults, field);
}

export function parse(text: string, field: readonly string[]): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Refusal('INVALID_INPUT', `This is no JSON: ${(error as Error).message}`, field);
  }
}

export function refusalsOf(faults: readonly Fault[], field: readonly string[]): Refusals {
  const [first, ...others] = faults.map(
    ({ path, sentence }) => new Refusal('INVALID_INPUT', sentence, [...field, ...path]),
  );
  return new Refusals([first!, ...others]);
}
