import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Customer, Identity } from '../../schema/customers/customer.ts';
import { CustomerPreferences } from '../../schema/customers/preferences.ts';
import { toTrait, Trait } from '../../schema/customers/trait.ts';
import { PostalAddress } from '../../schema/postal-address.ts';
import { Right } from '../../schema/right.ts';
import { servesViewer } from '../../services/access/purposes.ts';
import type {
  Customer as CustomerRow,
  Identity as IdentityRow,
  PostalAddress as AddressRow,
} from '../../services/customers/customer.ts';
import type { Context } from '../context.ts';

@Resolver(() => Customer)
export class CustomerFields {
  @FieldResolver(() => [Identity], {
    description:
      'Identifiers of the person under all of their customer ids, the oldest first, 100 at most. Empty where your key looks at CONTACT for no purpose.',
  })
  @Right('customers:read')
  async identities(@Root() { id }: CustomerRow, @Ctx() { loaders, scope }: Context): Promise<IdentityRow[]> {
    return servesViewer(scope.viewer, 'contact') ? loaders.identitiesOfPerson.load(id) : [];
  }

  @FieldResolver(() => PostalAddress, {
    nullable: true,
    description: 'Home address. Null: unknown, or your key looks at CONTACT for no purpose.',
  })
  @Right('customers:read')
  address(@Root() { address }: CustomerRow, @Ctx() { scope }: Context): AddressRow | null {
    return servesViewer(scope.viewer, 'contact') ? address : null;
  }

  @FieldResolver(() => [Trait], {
    description:
      'What sources say of the person beside the profile, as it is now, by key; 200 at most. Empty where TRAITS are hidden from you: `dataClasses`.',
  })
  @Right('customers:read')
  async traits(@Root() { id }: CustomerRow, @Ctx() { loaders }: Context) {
    const [traits, hidden] = await Promise.all([loaders.traitsOfPerson.load(id), loaders.hiddenClassesOfPerson(id)]);
    return hidden.has('traits') ? [] : traits.map(toTrait);
  }

  @FieldResolver(() => CustomerPreferences, { description: 'What the person prefers, and who last said so.' })
  @Right('customers:read')
  preferences(@Root() { preferredChannel, language, preferences }: CustomerRow): CustomerPreferences {
    const nothing = { quietHours: null, doNotContact: false, statedAt: null, statedByRole: null };
    return { ...nothing, ...preferences, preferredChannel, language };
  }
}
