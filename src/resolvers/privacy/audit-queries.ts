import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { AuditEntryConnection, AuditEntryFilter } from '../../schema/privacy/audit-entry.ts';
import { Right } from '../../schema/right.ts';
import { listAuditEntries, type AuditEntry } from '../../services/privacy/read-audit-entries.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

@Resolver()
export class AuditQueries {
  @Query(() => AuditEntryConnection, {
    description:
      'Who was shown whose data, newest first: all of it, or what was shown of the customer that your key or token speaks for. Kept for AUDIT_RETENTION_DAYS.',
  })
  @Right('audit:read')
  async auditEntries(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
    @Arg('filter', () => AuditEntryFilter, { nullable: true, description: 'Which entries. Null or absent: all.' })
    filter: AuditEntryFilter | null,
  ): Promise<Connection<AuditEntry>> {
    const { viewer = null, customerId = null, since = null, until = null } = filter ?? {};
    return toConnection(
      await listAuditEntries(scope, { viewer, customerId, since, until }, readPageRequest(first, after)),
    );
  }
}
