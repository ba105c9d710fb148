import type { LocationId, ProductId, VariantId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { Location, Product, Variant } from './inventory.ts';

/** Products by id, in the order asked for; unknown ones are left out. */
export async function readProducts(scope: Scope, ids: readonly ProductId[]): Promise<Product[]> {
  requireRight(scope.viewer, 'catalogue:read');
  return scope.db.sql<Product[]>`
    select id, external_id, title, brand, category, bundle, created_at, updated_at from products
    where id = any(${ids as string[]}) order by array_position(${ids as string[]}, id)`;
}

/** All products, newest first. */
export async function listProducts(scope: Scope, page: PageRequest): Promise<Page<Product>> {
  requireRight(scope.viewer, 'catalogue:read');
  const { sql } = scope.db;
  const rows = await sql<Product[]>`
    select id, external_id, title, brand, category, bundle, created_at, updated_at from products
    where ${page.after ? sql`(created_at, id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by created_at desc, id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (product) => ({ at: product.createdAt, id: product.id }));
}

/** Variants by id; unknown ones are left out. */
export async function readVariants(scope: Scope, ids: readonly VariantId[]): Promise<Variant[]> {
  requireRight(scope.viewer, 'catalogue:read');
  return scope.db.sql<Variant[]>`
    select id, product_id, sku, title, options, price_minor, currency from variants where id = any(${ids as string[]})`;
}

/** Variants by SKU; unknown ones are left out. */
export async function readVariantsBySku(scope: Scope, skus: readonly string[]): Promise<Variant[]> {
  requireRight(scope.viewer, 'catalogue:read');
  return scope.db.sql<Variant[]>`
    select id, product_id, sku, title, options, price_minor, currency from variants where sku = any(${skus as string[]})`;
}

/** Variants of products, by SKU. */
export async function readVariantsOf(scope: Scope, productIds: readonly ProductId[]): Promise<Variant[]> {
  requireRight(scope.viewer, 'catalogue:read');
  return scope.db.sql<Variant[]>`
    select id, product_id, sku, title, options, price_minor, currency from variants
    where product_id = any(${productIds as string[]}) order by product_id, sku`;
}

/** Locations by id, in the order asked for; unknown ones are left out. */
export async function readLocations(scope: Scope, ids: readonly LocationId[]): Promise<Location[]> {
  requireRight(scope.viewer, 'catalogue:read');
  return scope.db.sql<Location[]>`
    select id, external_id, name, kind, address, latitude, longitude, time_zone, opening_hours, pickup_minutes,
      delivery_hours, created_at, updated_at
    from locations where id = any(${ids as string[]}) order by array_position(${ids as string[]}, id)`;
}

/** All locations, newest first. */
export async function listLocations(scope: Scope, page: PageRequest): Promise<Page<Location>> {
  requireRight(scope.viewer, 'catalogue:read');
  const { sql } = scope.db;
  const rows = await sql<Location[]>`
    select id, external_id, name, kind, address, latitude, longitude, time_zone, opening_hours, pickup_minutes,
      delivery_hours, created_at, updated_at from locations
    where ${page.after ? sql`(created_at, id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by created_at desc, id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (location) => ({ at: location.createdAt, id: location.id }));
}
