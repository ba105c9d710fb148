import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Activity, BasketLine } from '../../schema/activity/activity.ts';
import { Message } from '../../schema/conversations/message.ts';
import { Variant } from '../../schema/inventory/catalogue.ts';
import { Right } from '../../schema/right.ts';
import type { Message as MessageRow } from '../../services/conversations/conversation.ts';
import type { Variant as VariantRow } from '../../services/inventory/inventory.ts';
import { skusIn } from '../../values/skus-in.ts';
import type { Context } from '../context.ts';

const NOT_KNOWN = 'Null: none, or the catalogue does not know it. Asks the right `catalogue:read`.';

@Resolver(() => Activity)
export class ActivityVariantFields {
  @FieldResolver(() => Variant, { nullable: true, description: `What was looked at or reviewed. ${NOT_KNOWN}` })
  @Right('catalogue:read')
  variant(@Root() { sku }: Activity, @Ctx() { loaders }: Context): Promise<VariantRow | null> | null {
    return sku === null ? null : loaders.variantOfSku.load(sku);
  }
}

@Resolver(() => BasketLine)
export class BasketLineVariantFields {
  @FieldResolver(() => Variant, { nullable: true, description: `The article. ${NOT_KNOWN}` })
  @Right('catalogue:read')
  variant(@Root() { sku }: BasketLine, @Ctx() { loaders }: Context): Promise<VariantRow | null> {
    return loaders.variantOfSku.load(sku);
  }
}

@Resolver(() => Message)
export class MessageVariantFields {
  @FieldResolver(() => [Variant], {
    description:
      'Articles whose SKU stands in its first 2,000 characters, in the order they are named: of the first ten words that have a digit or are in capitals. Empty: none. Asks the right `catalogue:read`.',
  })
  @Right('catalogue:read')
  async mentionedVariants(@Root() { text }: MessageRow, @Ctx() { loaders }: Context): Promise<VariantRow[]> {
    const found = await Promise.all(skusIn(text).map((sku) => loaders.variantOfSku.load(sku)));
    return [...new Set(found.filter((variant) => variant !== null))];
  }
}
