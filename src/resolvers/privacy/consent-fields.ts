import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Customer } from '../../schema/customers/customer.ts';
import { Consent, ConsentConnection } from '../../schema/privacy/consent.ts';
import { DATA_CLASSES_DESCRIPTION, VisibleDataClass } from '../../schema/privacy/visible-class.ts';
import { Right } from '../../schema/right.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import type { Consent as Row } from '../../services/privacy/consent.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

@Resolver(() => Customer)
export class CustomerConsentFields {
  @FieldResolver(() => [Consent], {
    description:
      'What the person agreed to, denied or took back, as it counts now, under all of their customer ids, by purpose; 200 at most. Of what several ids say of one thing the strictest.',
  })
  @Right('customers:read')
  consents(@Root() { id }: CustomerRow, @Ctx() { loaders }: Context): Promise<Row[]> {
    return loaders.consentsOfPerson.load(id);
  }

  @FieldResolver(() => [VisibleDataClass], { description: DATA_CLASSES_DESCRIPTION })
  @Right('customers:read')
  dataClasses(@Root() { id }: CustomerRow, @Ctx() { loaders }: Context): Promise<VisibleDataClass[]> {
    return loaders.visibleClassesOfPerson(id);
  }

  @FieldResolver(() => ConsentConnection, {
    description:
      'Every answer of the person, also those that count no more, under all of their customer ids, the newest first.',
  })
  @Right('customers:read')
  async consentHistory(
    @Root() { id }: CustomerRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Row>> {
    return toConnection(await loaders.consentHistoryOfPerson.load({ id, request: readPageRequest(first, after) }));
  }
}
