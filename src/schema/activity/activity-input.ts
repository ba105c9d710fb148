import { Field, ID, InputType, Int } from 'type-graphql';

import type { Channel, IdentityKind } from '../../values/vocabulary.ts';
import { MoneyInput } from '../money.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, IdentityKindEnum } from '../vocabulary.ts';

@InputType({ description: 'By what a customer is recognised; one who is not known yet is made.' })
export class ActivityIdentityInput {
  @Field(() => IdentityKindEnum, { description: 'What the value is. `VISITOR_ID` for a browser nobody has named.' })
  kind!: IdentityKind;

  @Field(() => String, {
    description: 'The identifier, 1 to 320 characters. A phone number begins with + and country.',
  })
  value!: string;
}

@InputType({ description: 'A page that was opened.' })
export class VisitInput {
  @Field(() => String, {
    description: 'Address or path, 1 to 2,000 characters. What follows `?` or `#` is not kept.',
  })
  url!: string;

  @Field(() => String, { nullable: true, description: 'Title, up to 500 characters. Null or absent: not told.' })
  title?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the visitor came from, up to 2,000 characters, kept like `url`. Null or absent: not told.',
  })
  referrer?: string | null;

  @Field(() => Int, { nullable: true, description: 'How long, in seconds, 0 to a week. Null or absent: not told.' })
  durationSeconds?: number | null;
}

@InputType({ description: 'A search on the site.' })
export class SearchInput {
  @Field(() => String, { description: 'What was typed, 1 to 500 characters.' })
  query!: string;

  @Field(() => Int, { nullable: true, description: 'Hits shown, at least 0. Null or absent: not told.' })
  hitCount?: number | null;
}

@InputType({ description: 'A product that was looked at.' })
export class ProductViewInput {
  @Field(() => String, { description: 'Stock keeping unit, 1 to 200 characters. The catalogue need not know it yet.' })
  sku!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Page of the product, kept like a visit’s. Null or absent: not told.',
  })
  url?: string | null;
}

@InputType({ description: 'One line of a basket or a receipt.' })
export class BasketLineInput {
  @Field(() => String, { description: 'Stock keeping unit, 1 to 200 characters.' })
  sku!: string;

  @Field(() => Int, { description: 'Units, 1 to 1,000,000.' })
  quantity!: number;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'Price of one unit, in one currency over all lines. Null or absent: not told.',
  })
  unitPrice?: MoneyInput | null;
}

@InputType({ description: 'The whole basket as it is after the change.' })
export class BasketChangeInput {
  @Field(() => [BasketLineInput], { description: 'All its lines, 100 at most. Empty: the basket was emptied.' })
  lines!: BasketLineInput[];
}

@InputType({ description: 'A visit to a store.' })
export class StoreVisitInput {
  @Field(() => String, { description: 'The store: its id or its external id.' })
  location!: string;

  @Field(() => Int, { nullable: true, description: 'How long, in seconds, 0 to a week. Null or absent: not told.' })
  durationSeconds?: number | null;
}

@InputType({ description: 'A sale at a till. Orders come as order facts; this is the touch.' })
export class TillPurchaseInput {
  @Field(() => String, { description: 'The store: its id or its external id.' })
  location!: string;

  @Field(() => [BasketLineInput], { description: 'What was bought, 100 lines at most.' })
  lines!: BasketLineInput[];

  @Field(() => MoneyInput, { description: 'What was paid in all.' })
  total!: MoneyInput;

  @Field(() => String, {
    nullable: true,
    description: 'Number of the receipt, up to 200 characters. Null or absent: none.',
  })
  receipt?: string | null;
}

@InputType({ description: 'A review of a product, or of the shop.' })
export class ReviewInput {
  @Field(() => Int, { description: 'Stars, 1 (worst) to 5.' })
  rating!: number;

  @Field(() => String, { nullable: true, description: 'What was reviewed. Null or absent: the shop.' })
  sku?: string | null;

  @Field(() => String, { nullable: true, description: 'Headline, up to 500 characters. Null or absent: none.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'Text, up to 20,000 characters. Null or absent: stars alone.' })
  text?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether everybody can read it. Null or absent: yes.' })
  isPublic?: boolean | null;
}

@InputType({ description: 'An answer to a question of a survey: a score, words or both.' })
export class SurveyAnswerInput {
  @Field(() => String, { description: 'Name of the survey, 1 to 200 characters.' })
  survey!: string;

  @Field(() => String, { description: 'The question or its name, 1 to 1,000 characters.' })
  question!: string;

  @Field(() => Int, { nullable: true, description: 'Score on the question’s scale, 0 to 1,000. Null or absent: none.' })
  score?: number | null;

  @Field(() => String, { nullable: true, description: 'Words, up to 20,000 characters. Null or absent: none.' })
  answer?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Conversation of this customer that it is about, `cnv_…`. Null or absent: none.',
  })
  conversationId?: string | null;
}

@InputType({
  description:
    'A touch without a message: whose, when, and exactly one of visit, search, productView, basketChange, storeVisit, tillPurchase, review and surveyAnswer.',
})
export class ActivityInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'The customer, `cus_…`. Exactly one of this and `identity`; a customer’s own key or token needs neither and may name nobody else.',
  })
  customerId?: string | null;

  @Field(() => ActivityIdentityInput, { nullable: true, description: 'The customer by an identity; made when new.' })
  identity?: ActivityIdentityInput | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When, by the source’s clock; at most 5 minutes ahead of ours. Null or absent: now.',
  })
  occurredAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Name of the system that tells, 1 to 100 characters. Needed; but with a customer’s own key or token it is not read.',
  })
  source?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The source’s own id, up to 200 characters. With `source` it names the activity for ever: a repeat changes nothing. Null or absent: a repeat is another activity.',
  })
  externalId?: string | null;

  @Field(() => ChannelEnum, {
    nullable: true,
    description: 'Where. Null or absent: follows from the kind; the web shop has none.',
  })
  channel?: Channel | null;

  @Field(() => VisitInput, { nullable: true, description: 'A page was opened.' })
  visit?: VisitInput | null;

  @Field(() => SearchInput, { nullable: true, description: 'Something was searched for.' })
  search?: SearchInput | null;

  @Field(() => ProductViewInput, { nullable: true, description: 'A product was looked at.' })
  productView?: ProductViewInput | null;

  @Field(() => BasketChangeInput, { nullable: true, description: 'The basket is another one now.' })
  basketChange?: BasketChangeInput | null;

  @Field(() => StoreVisitInput, { nullable: true, description: 'A store was visited.' })
  storeVisit?: StoreVisitInput | null;

  @Field(() => TillPurchaseInput, {
    nullable: true,
    description: 'Something was bought at a till. Not with a customer’s own key or token.',
  })
  tillPurchase?: TillPurchaseInput | null;

  @Field(() => ReviewInput, { nullable: true, description: 'A review was written.' })
  review?: ReviewInput | null;

  @Field(() => SurveyAnswerInput, { nullable: true, description: 'A question of a survey was answered.' })
  surveyAnswer?: SurveyAnswerInput | null;
}
