import { Field, Float, Int, ObjectType } from 'type-graphql';

import type { LocationKind } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { PostalAddress } from '../postal-address.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { LocationKindEnum } from '../vocabulary.ts';
import { OpeningHours } from './opening-hours.ts';

@ObjectType({
  implements: Node,
  description: 'A product of the catalogue. What is sold are its variants.',
  simpleResolvers: true,
})
@Right('catalogue:read')
export class Product extends Node {
  @Field(() => String, { description: 'The catalogue’s own id of the product. Unique.' })
  externalId!: string;

  @Field(() => String, { description: 'Title, as the catalogue writes it.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'Brand. Null: the catalogue names none.' })
  brand!: string | null;

  @Field(() => String, { nullable: true, description: 'Category. Null: the catalogue names none.' })
  category!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What products that are sold together, or for one another, have in common. Null: not told.',
  })
  bundle!: string | null;

  @Field(() => DateTime, { description: 'When it was first recorded, by the server’s clock.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the product itself last changed, by the server’s clock.' })
  updatedAt!: Date;
}
export const ProductConnection = connectionOf(Product, 'Product', 'catalogue:read');

@ObjectType({ implements: Node, description: 'What is sold and counted: one SKU of a product.', simpleResolvers: true })
@Right('catalogue:read')
export class Variant extends Node {
  @Field(() => String, { description: 'Stock keeping unit. Unique over all products.' })
  sku!: string;

  @Field(() => String, { description: 'Title, as the catalogue writes it.' })
  title!: string;
}

@ObjectType({
  implements: Node,
  description: 'Where stock is: a store, a warehouse or a pickup point.',
  simpleResolvers: true,
})
@Right('catalogue:read')
export class Location extends Node {
  @Field(() => String, { description: 'The source’s own id of the location. Unique.' })
  externalId!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => LocationKindEnum, { description: 'What it is.' })
  kind!: LocationKind;

  @Field(() => PostalAddress, { nullable: true, description: 'Where it is. Null: not told.' })
  address!: PostalAddress | null;

  @Field(() => Float, { nullable: true, description: 'Degrees north, WGS 84. Null: not told.' })
  latitude!: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees east, WGS 84. Null: not told.' })
  longitude!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'IANA time zone, for example `Europe/Helsinki`. Null: not told.',
  })
  timeZone!: string | null;

  @Field(() => OpeningHours, { nullable: true, description: 'When it is open. Null: not told.' })
  openingHours!: OpeningHours | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Open minutes until what is picked up here is ready. Null: nothing is picked up here, or nobody says.',
  })
  pickupMinutes!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Hours from here to a customer, once it is ready. Null: nothing is sent from here, or nobody says.',
  })
  deliveryHours!: number | null;
}
export const LocationConnection = connectionOf(Location, 'Location', 'catalogue:read');
