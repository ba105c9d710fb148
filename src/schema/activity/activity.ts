import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { ActivityKind, Channel } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Money } from '../money.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ActivityKindEnum, ChannelEnum } from '../vocabulary.ts';

@ObjectType({ description: 'A page of the shop or the app was opened.', simpleResolvers: true })
@Right('activity:read')
export class Visit {
  @Field(() => String, { description: 'Address or path of the page, without query and fragment.' })
  url!: string;

  @Field(() => String, { nullable: true, description: 'Title of the page. Null: not told.' })
  title!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Page that the visitor came from, without query and fragment. Null: not told.',
  })
  referrer!: string | null;

  @Field(() => Int, { nullable: true, description: 'How long it was open, in seconds. Null: not told.' })
  durationSeconds!: number | null;
}

@ObjectType({ description: 'Something was searched for in the shop.', simpleResolvers: true })
@Right('activity:read')
export class SiteSearch {
  @Field(() => String, { description: 'What was searched for, as it was typed.' })
  query!: string;

  @Field(() => Int, { nullable: true, description: 'Hits shown. 0: nothing was found. Null: not told.' })
  hitCount!: number | null;
}

@ObjectType({ description: 'One line of a basket or of a receipt.', simpleResolvers: true })
@Right('activity:read')
export class BasketLine {
  @Field(() => String, { description: 'Stock keeping unit as the source names it.' })
  sku!: string;

  @Field(() => Int, { description: 'Units. Whole, at least 1.' })
  quantity!: number;

  @Field(() => Money, {
    nullable: true,
    description: 'Price of one unit as the source showed it. Null: not told. Asks the right `payments:read`.',
  })
  @Right('payments:read')
  unitPrice!: Money | null;
}

@ObjectType({ description: 'The whole basket after a change.', simpleResolvers: true })
@Right('activity:read')
export class BasketChange {
  @Field(() => [BasketLine], { description: 'Its lines, in the order of the source. Empty: the basket was emptied.' })
  lines!: BasketLine[];
}

@ObjectType({ description: 'Something was bought at a till.', simpleResolvers: true })
@Right('activity:read')
export class TillPurchase {
  @Field(() => [BasketLine], { description: 'What was bought, in the order of the receipt.' })
  lines!: BasketLine[];

  @Field(() => Money, { description: 'What was paid in all. Asks the right `payments:read`.' })
  @Right('payments:read')
  total!: Money;

  @Field(() => String, { nullable: true, description: 'Number of the receipt. Null: not told.' })
  receipt!: string | null;
}

@ObjectType({ description: 'A review was written.', simpleResolvers: true })
@Right('activity:read')
export class Review {
  @Field(() => Int, { description: 'Stars, 1 (worst) to 5.' })
  rating!: number;

  @Field(() => String, { nullable: true, description: 'Headline. Null: none.' })
  title!: string | null;

  @Field(() => String, { nullable: true, description: 'What was written. Null: stars alone.' })
  text!: string | null;

  @Field(() => Boolean, { description: 'True: everybody can read it.' })
  isPublic!: boolean;
}

@ObjectType({ description: 'A question of a survey was answered.', simpleResolvers: true })
@Right('activity:read')
export class SurveyAnswer {
  @Field(() => String, { description: 'Name of the survey.' })
  survey!: string;

  @Field(() => String, { description: 'The question, or its name.' })
  question!: string;

  @Field(() => Int, { nullable: true, description: 'Score on the scale of the question, 0 to 1,000. Null: none.' })
  score!: number | null;

  @Field(() => String, { nullable: true, description: 'The answer in words. Null: a score alone.' })
  answer!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Conversation that the survey asked about, `cnv_…`. Null: none.',
  })
  conversationId!: string | null;
}

@ObjectType({
  implements: Node,
  description: 'A touch without a message. The field of its kind tells more; the fields of other kinds are null.',
  simpleResolvers: true,
})
@Right('activity:read')
@OfCustomer('customerId')
export class Activity extends Node {
  @Field(() => ActivityKindEnum, { description: 'What it was.' })
  kind!: ActivityKind;

  @Field(() => ChannelEnum, { nullable: true, description: 'Where. Null: the web shop.' })
  channel!: Channel | null;

  @Field(() => ID, { description: 'Customer it came with, `cus_…`: a member of the person.' })
  customerId!: string;

  @Field(() => ID, { nullable: true, description: 'Store it was in, `loc_…`. Null: in none.' })
  locationId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Stock keeping unit that was looked at or reviewed; the catalogue may not know it. Null: none.',
  })
  sku!: string | null;

  @Field(() => DateTime, { description: 'When it happened, by the source’s clock.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it reached us.' })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When it was recorded.' })
  recordedAt!: Date;

  @Field(() => String, {
    description: 'Name of the system that told us; `customer:` and an id where the customer’s own browser did.',
  })
  source!: string;

  @Field(() => Visit, { nullable: true, description: 'The page. Null: no visit.' })
  visit?: Visit | null;

  @Field(() => SiteSearch, { nullable: true, description: 'The search. Null: no search.' })
  search?: SiteSearch | null;

  @Field(() => BasketChange, { nullable: true, description: 'The basket. Null: no change of one.' })
  basketChange?: BasketChange | null;

  @Field(() => TillPurchase, { nullable: true, description: 'The purchase. Null: none.' })
  tillPurchase?: TillPurchase | null;

  @Field(() => Review, { nullable: true, description: 'The review; `sku` says of what. Null: no review.' })
  review?: Review | null;

  @Field(() => SurveyAnswer, { nullable: true, description: 'The answer. Null: none.' })
  surveyAnswer?: SurveyAnswer | null;
}
export const ActivityConnection = connectionOf(Activity, 'Activity', 'activity:read');
