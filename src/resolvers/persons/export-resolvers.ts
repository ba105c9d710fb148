import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';

import { CustomerExport } from '../../schema/persons/customer-export.ts';
import { Right } from '../../schema/right.ts';
import { exportPath } from '../../services/persons/export-url.ts';
import { isExportable } from '../../services/persons/export-person.ts';
import type { Context } from '../context.ts';

@Resolver()
export class ExportQueries {
  @Query(() => CustomerExport, {
    nullable: true,
    description:
      'Everything that is kept of a person, and of nobody else, to be fetched as JSON and as a page. A customer asks for their own. Null: there is no such person, or it is not visible to you.',
  })
  @Right('exports:read')
  async customerExport(
    @Ctx() { scope, installation }: Context,
    @Arg('customerId', () => ID, { description: 'Any customer id of the person, `cus_…`.' }) customerId: string,
  ): Promise<CustomerExport | null> {
    if (!(await isExportable(scope, customerId))) return null;
    const [json, html] = (['json', 'html'] as const).map((form) =>
      exportPath(installation, { customerId, form, now: scope.now }),
    );
    return { jsonPath: json!.path, htmlPath: html!.path, expiresAt: json!.expiresAt };
  }
}
