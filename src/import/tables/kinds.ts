import { conversations } from './conversations.ts';
import { customers } from './customers.ts';
import type { Kind } from './kind.ts';
import { locations } from './locations.ts';
import { orders } from './orders.ts';
import { places } from './places.ts';
import { products } from './products.ts';
import { stock } from './stock.ts';

/** What a table of one's own may hold. */
export const KINDS: readonly Kind[] = [customers, products, locations, places, stock, orders, conversations];
