import { checkWhole } from '../../values/check-input.ts';
import { checkOptionalText, checkText } from '../../values/check-text.ts';
import type { SourceKind } from '../../values/sources.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { sourceFact } from '../events/source-fact.ts';
import type { Scope } from '../scope.ts';

/** What is expected of a source. */
export interface SourceExpectation {
  readonly kind: SourceKind;
  readonly name: string;
  /** How often it should be heard, at least. Null: nothing is expected. */
  readonly expectedEverySeconds: number | null;
  readonly owner: string | null;
  readonly serviceLevel: string | null;
  readonly errorProcedure: string | null;
}

const SHORTEST_SECONDS = 30;
const LONGEST_SECONDS = 31 * 86_400;

/**
 * Says what is expected of a source, also of one that was not heard yet: its time begins now. One that is stale by the old rhythm and not by
 * the new one recovers.
 *
 * Throws INVALID_INPUT.
 */
export async function expectSource(scope: Scope, expected: SourceExpectation): Promise<void> {
  requireRight(scope.viewer, 'connectors:write');
  const { kind, name, expectedEverySeconds: seconds } = expected;
  checkText(name, ['input', 'name'], 140);
  if (seconds !== null) checkWhole(seconds, ['input', 'expectedEverySeconds'], SHORTEST_SECONDS, LONGEST_SECONDS);
  const owner = checkOptionalText(expected.owner, ['input', 'owner'], 200);
  const serviceLevel = checkOptionalText(expected.serviceLevel, ['input', 'serviceLevel'], 2_000);
  const errorProcedure = checkOptionalText(expected.errorProcedure, ['input', 'errorProcedure'], 5_000);
  await atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [before] = await sql<{ staleSince: Date | null }[]>`
      select stale_since from sources where kind = ${kind} and name = ${name} for update`;
    const [after] = await sql<{ staleSince: Date | null }[]>`
      insert into sources (kind, name, first_heard_at, last_heard_at, expected_every_seconds, owner, service_level, error_procedure)
      values (${kind}, ${name}, ${tx.now}, ${tx.now}, ${seconds}, ${owner}, ${serviceLevel}, ${errorProcedure})
      on conflict (kind, name) do update set expected_every_seconds = excluded.expected_every_seconds, owner = excluded.owner,
        service_level = excluded.service_level, error_procedure = excluded.error_procedure,
        stale_since = case
          when sources.stale_since is not null
            and sources.last_heard_at + make_interval(secs => excluded.expected_every_seconds) <= now()
          then sources.last_heard_at + make_interval(secs => excluded.expected_every_seconds)
        end
      returning stale_since`;
    if (before?.staleSince && !after!.staleSince) recordFact(tx, sourceFact('source.recovered', kind, name));
  });
}
