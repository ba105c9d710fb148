import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Customer, Identity } from '../../schema/customers/customer.ts';
import { CustomerPreferences } from '../../schema/customers/preferences.ts';
import { toTrait, Trait } from '../../schema/customers/trait.ts';
import { Right } from '../../schema/right.ts';
import type { Customer as CustomerRow, Identity as IdentityRow } from '../../services/customers/customer.ts';
import type { Context } from '../context.ts';

@Resolver(() => Customer)
export class CustomerFields {
  @FieldResolver(() => [Identity], {
    description: 'Identifiers of the person under all of their customer ids, the oldest first, 100 at most.',
  })
  @Right('customers:read')
  identities(@Root() customer: CustomerRow, @Ctx() { loaders }: Context): Promise<IdentityRow[]> {
    return loaders.identitiesOfPerson.load(customer.id);
  }

  @FieldResolver(() => [Trait], {
    description: 'What sources say of the person beside the profile, as it is now, by key; 200 at most.',
  })
  @Right('customers:read')
  async traits(@Root() customer: CustomerRow, @Ctx() { loaders }: Context) {
    return (await loaders.traitsOfPerson.load(customer.id)).map(toTrait);
  }

  @FieldResolver(() => CustomerPreferences, { description: 'What the person prefers, and who last said so.' })
  @Right('customers:read')
  preferences(@Root() { preferredChannel, language, preferences }: CustomerRow): CustomerPreferences {
    const nothing = { quietHours: null, doNotContact: false, statedAt: null, statedByRole: null };
    return { ...nothing, ...preferences, preferredChannel, language };
  }
}
