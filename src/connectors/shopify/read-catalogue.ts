import type { SourceFact } from '../../services/intake/source-fact.ts';
import { minorUnits } from '../../values/minor-units.ts';
import { clip } from '../clip.ts';
import type { Fields } from '../fields.ts';
import { MOST_PARTS, skuOf, told } from './told.ts';

const clockOf = (object: Fields): Date => object.optionalMoment('updated_at') ?? object.moment('created_at');

/** A product with its variants. Their prices have no currency: the connector says which it is. */
export function readProduct(product: Fields, currency: string | null): SourceFact[] {
  const externalId = product.id('id');
  const title = clip(product.optionalText('title'), 1_000) ?? externalId;
  const names = product.objects('options', 10).map((option) => clip(option.optionalText('name'), 100));
  const taken = new Set<string>();
  const all = product.objects('variants', MOST_PARTS).map((variant) => {
    const id = variant.id('id');
    // Nothing keeps two variants from having one SKU; the first one has it.
    const wanted = skuOf(clip(variant.optionalText('sku'), 200), id, id);
    const sku = taken.has(wanted) ? `variant:${id}` : wanted;
    taken.add(sku);
    const price = currency === null ? null : minorUnits(variant.optionalAmount('price') ?? '', currency);
    const options = [1, 2, 3].flatMap((place) => {
      const value = clip(variant.optionalText(`option${place}`), 500);
      return value === null ? [] : [[names[place - 1] ?? `option${place}`, value] as const];
    });
    return {
      item: variant.optionalId('inventory_item_id'),
      ...{ sku, title: clip(variant.optionalText('title'), 1_000) ?? title },
      ...{ options: Object.fromEntries(options), priceMinor: price, currency: price === null ? null : currency },
    };
  });
  const clock = clockOf(product);
  return [
    told(
      `product:${externalId}`,
      {
        type: 'product',
        product: {
          ...{ externalId, title, brand: clip(product.optionalText('vendor'), 200) },
          category: clip(product.optionalText('product_type'), 200),
          variants: all.map(({ item: _, ...variant }) => variant),
        },
        items: all.flatMap(({ sku, item }) => (item === null ? [] : [{ sku, externalId: item }])),
      },
      { occurredAt: clock, version: clock },
    ),
  ];
}

/** What can be sold at a location. Null: it is not counted there. Shopify sells what it does not have: that is nothing to sell. */
export function readInventoryLevel(level: Fields): SourceFact[] {
  const available = level.optionalWhole('available');
  if (available === null) return [];
  const item = { sku: null, externalId: level.id('inventory_item_id') };
  const body = {
    type: 'stock_count' as const,
    item,
    location: level.id('location_id'),
    onHand: Math.max(0, available),
  };
  return [told(`stock:${item.externalId}@${body.location}`, body, { occurredAt: clockOf(level) })];
}

/** A location; those of fulfilment services are warehouses. */
export function readLocation(location: Fields): SourceFact[] {
  const externalId = location.id('id');
  const part = (name: string) => clip(location.optionalText(name), 300);
  const clock = clockOf(location);
  return [
    told(
      `location:${externalId}`,
      {
        type: 'location',
        location: {
          ...{ externalId, name: clip(location.optionalText('name'), 200) ?? externalId },
          kind: location.flag('legacy') ? 'warehouse' : 'store',
          address: {
            ...{ line1: part('address1'), line2: part('address2'), postalCode: part('zip'), city: part('city') },
            ...{ region: part('province'), country: part('country_code') ?? part('country') },
          },
        },
      },
      { occurredAt: clock, version: clock },
    ),
  ];
}

/** A customer with every identity that they have. */
export function readCustomer(customer: Fields): SourceFact[] {
  const externalId = customer.id('id');
  const clock = clockOf(customer);
  const [given, family] = [
    clip(customer.optionalText('first_name'), 100),
    clip(customer.optionalText('last_name'), 100),
  ];
  const displayName = clip([given, family].filter((name) => name !== null).join(' '), 200);
  const [email, phone] = [customer.optionalText('email'), customer.optionalText('phone')];
  return [
    told(
      `customer:${externalId}`,
      {
        type: 'customer',
        externalId,
        person: {
          displayName,
          identities: [
            { kind: 'external_id', value: `shopify:${externalId}` },
            ...(email === null ? [] : [{ kind: 'email' as const, value: email }]),
            ...(phone === null ? [] : [{ kind: 'phone' as const, value: phone }]),
          ],
        },
        profile: {
          ...(displayName !== null && { displayName }),
          ...(given !== null && { givenName: given }),
          ...(family !== null && { familyName: family }),
        },
      },
      { occurredAt: clock, version: clock },
    ),
  ];
}
