import { Field, Float, ID, InputType, Int } from 'type-graphql';

import type { StockQuantity } from '../../values/stock-quantities.ts';
import type { LocationKind } from '../../values/vocabulary.ts';
import { BusinessHoursInput } from '../conversations/business-hours.ts';
import { MoneyInput } from '../money.ts';
import { NamedValueInput } from '../named-value.ts';
import { PostalAddressInput } from '../postal-address.ts';
import { DateTime } from '../scalars.ts';
import { LocationKindEnum, StockQuantityEnum } from '../vocabulary.ts';

@InputType({ description: 'A point on earth.' })
export class PlaceInput {
  @Field(() => Float, { description: 'Degrees north, WGS 84: -90 to 90.' })
  latitude!: number;

  @Field(() => Float, { description: 'Degrees east, WGS 84: -180 to 180.' })
  longitude!: number;
}

@InputType({ description: 'A place as people say where they are. One of `postalCode` and `name` at least.' })
export class PlaceNameInput {
  @Field(() => String, {
    nullable: true,
    description: 'ISO 3166, two letters, for example `FI`. Null or absent: whichever country has it.',
  })
  country?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Postal code, with or without spaces. Null or absent: not told.',
  })
  postalCode?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A town or a district, in any capitals. Null or absent: not told.',
  })
  name?: string | null;
}

@InputType({ description: 'A variant of a product, by its SKU.' })
export class VariantInput {
  @Field(() => String, { description: 'Stock keeping unit. Unique over all products; 1 to 200 characters.' })
  sku!: string;

  @Field(() => String, { description: 'Title. 1 to 1,000 characters.' })
  title!: string;

  @Field(() => [NamedValueInput], { nullable: true, description: 'Its options. Null or absent: none.' })
  options?: NamedValueInput[] | null;

  @Field(() => MoneyInput, { nullable: true, description: 'Its price. Null or absent: not told.' })
  price?: MoneyInput | null;
}

@InputType({ description: 'A product as the catalogue has it. Variants that are not named stay as they are.' })
export class ProductUpsertInput {
  @Field(() => String, {
    description: 'The catalogue’s own id of the product: what a repeat is known by. 1 to 200 characters.',
  })
  externalId!: string;

  @Field(() => String, { description: 'Title. 1 to 1,000 characters.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'Brand. Null or absent: none.' })
  brand?: string | null;

  @Field(() => String, { nullable: true, description: 'Category. Null or absent: none.' })
  category?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What it has in common with products that are sold together with it, or for it. Null or absent: what is known stays.',
  })
  bundle?: string | null;

  @Field(() => [VariantInput], { description: 'Its variants. Each SKU once.' })
  variants!: VariantInput[];
}

@InputType({ description: 'A location as its source has it.' })
export class LocationUpsertInput {
  @Field(() => String, {
    description: 'The source’s own id of the location: what a repeat is known by. 1 to 200 characters.',
  })
  externalId!: string;

  @Field(() => String, { description: 'Name for people. 1 to 200 characters.' })
  name!: string;

  @Field(() => LocationKindEnum, { description: 'What it is.' })
  kind!: LocationKind;

  @Field(() => PostalAddressInput, { nullable: true, description: 'Where it is. Null or absent: not told.' })
  address?: PostalAddressInput | null;

  @Field(() => PlaceInput, {
    nullable: true,
    description: 'Where it is on earth. Null or absent: no distance can be told.',
  })
  place?: PlaceInput | null;

  @Field(() => String, { nullable: true, description: 'IANA time zone. Null or absent: not told.' })
  timeZone?: string | null;

  @Field(() => BusinessHoursInput, { nullable: true, description: 'When it is open. Null or absent: not told.' })
  openingHours?: BusinessHoursInput | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Open minutes until what is picked up here is ready: 0 to 43,200. Null or absent: what is known stays. Never told: nothing is picked up here.',
  })
  pickupMinutes?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Hours from here to a customer, once it is ready: 0 to 8,760. Null or absent: what is known stays. Never told: nothing is sent from here.',
  })
  deliveryHours?: number | null;
}

const NOT_COUNTED = 'Whole, at least 0. Null or absent: not counted, stays as it is.';

@InputType({ description: 'A count of units.' })
export class StockSetInput {
  @Field(() => ID, { description: 'What was counted, `var_…`.' })
  variantId!: string;

  @Field(() => ID, { description: 'Where, `loc_…`.' })
  locationId!: string;

  @Field(() => Int, { description: 'Units that are there, sold or not. Whole, at least 0.' })
  onHand!: number;

  @Field(() => Int, { nullable: true, description: `Of these sold and not gone yet. ${NOT_COUNTED}` })
  committed?: number | null;

  @Field(() => Int, { nullable: true, description: `Units on the way here; not on hand. ${NOT_COUNTED}` })
  incoming?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the next of the incoming units are expected, told with `incoming`. Null or absent: nobody says.',
  })
  incomingAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: `Units kept back so that a wrong count breaks no promise. ${NOT_COUNTED}`,
  })
  safety?: number | null;

  @Field(() => Int, { nullable: true, description: `Units that are there and not to be sold. ${NOT_COUNTED}` })
  damaged?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Of when the count is, by your clock. An older one than the newest known goes to the history and changes nothing else. Null or absent: now.',
  })
  asOf?: Date | null;

  @Field(() => String, { description: 'Name of the system that counted. 1 to 100 characters.' })
  source!: string;
}

@InputType({ description: 'Units that came or went.' })
export class StockAdjustInput {
  @Field(() => ID, { description: 'What, `var_…`.' })
  variantId!: string;

  @Field(() => ID, { description: 'Where, `loc_…`.' })
  locationId!: string;

  @Field(() => StockQuantityEnum, {
    nullable: true,
    description: 'Which quantity; not `HELD`, which follows from holds. Null or absent: `ON_HAND`.',
  })
  quantity?: StockQuantity | null;

  @Field(() => Int, { description: 'The difference. Whole, not 0; below 0 takes away.' })
  delta!: number;

  @Field(() => String, { description: 'Why, for example `sold`. 1 to 200 characters; no personal data.' })
  reason!: string;

  @Field(() => String, { description: 'Name of the system that says so. 1 to 100 characters.' })
  source!: string;
}
