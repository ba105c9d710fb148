import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { CompactProfile } from '../../schema/context/compact-profile.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Customer } from '../../schema/customers/customer.ts';
import { Order } from '../../schema/orders/order.ts';
import { Right } from '../../schema/right.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import type { CustomerId } from '../../values/ids.ts';
import type { Context } from '../context.ts';

const LATEST = { first: 3, after: null };

@Resolver(() => Customer)
export class CustomerCompactProfileFields {
  @FieldResolver(() => CompactProfile, {
    description:
      'What to know when a contact begins: name, preferred channel, latest purchases, open issue, financing status.',
  })
  @Right('customers:read')
  async compactProfile(@Root() customer: CustomerRow, @Ctx() { loaders }: Context): Promise<CompactProfile> {
    const { id: customerId, displayName, preferredChannel } = customer;
    const [traits, hidden] = await Promise.all([
      loaders.traitsOfPerson.load(customerId),
      loaders.hiddenClassesOfPerson(customerId),
    ]);
    const financing = hidden.has('traits') ? null : traits.find(({ key }) => key === 'financing_status')?.value;
    return { customerId, displayName, preferredChannel, financingStatus: financing == null ? null : String(financing) };
  }
}

@Resolver(() => CompactProfile)
export class CompactProfileFields {
  @FieldResolver(() => [Order], {
    description: 'The three orders placed last, with their status. Asks the right `orders:read`.',
  })
  @Right('orders:read')
  async latestPurchases(@Root() { customerId }: CompactProfile, @Ctx() { loaders }: Context) {
    return (await loaders.ordersOfPerson.load({ id: customerId as CustomerId, request: LATEST })).nodes;
  }

  @FieldResolver(() => Conversation, {
    nullable: true,
    description:
      'The unresolved conversation in which something was said last: its subject, topic and reference. Null: nothing is open. Asks the right `conversations:read`.',
  })
  @Right('conversations:read')
  openIssue(@Root() { customerId }: CompactProfile, @Ctx() { loaders }: Context) {
    return loaders.openIssueOfPerson.load(customerId as CustomerId);
  }
}
