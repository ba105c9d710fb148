import { createHash } from 'node:crypto';

import type { OrderName, SourceFact, SourceFactBody, StatedOrderFact } from '../../services/intake/source-fact.ts';
import { minorUnits } from '../../values/minor-units.ts';
import { refused, type Fields } from '../fields.ts';

export const MOST_PARTS = 10_000;

/**
 * A fact of Shopify, named by what it says: two subscriptions, or two topics, that tell the same of an object tell one fact, whether they
 * name its order by number or by id. What they tell otherwise within the same second are two.
 */
export function told(name: string, body: SourceFactBody, at: { occurredAt: Date; version?: Date | null }): SourceFact {
  const version = at.version?.getTime() ?? null;
  const what = body.type === 'order' ? body.fact : body;
  const said = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
  return { ...body, id: `${name}:${version ?? at.occurredAt.getTime()}:${said}`, occurredAt: at.occurredAt, version };
}

export const ofOrder = (order: OrderName, fact: StatedOrderFact): SourceFactBody => ({ type: 'order', order, fact });

/** An amount as Shopify writes it, `"409.94"`, in the smallest units of its currency. */
export function amountOf(fields: Fields, name: string, currency: string): number {
  const text = fields.optionalAmount(name);
  const minor = text === null ? null : minorUnits(text, currency);
  if (minor !== null) return minor;
  throw refused(`\`${name}\` must be an amount in ${currency.slice(0, 3)}, such as "12.50".`, fields.at(name));
}

/** The SKU of a line or variant. Shopify knows articles without one. */
export function skuOf(sku: string | null, variantId: string | null, otherwise: string): string {
  return sku ?? (variantId === null ? otherwise : `variant:${variantId}`);
}
