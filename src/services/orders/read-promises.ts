import type { ConversationId, OrderId, PromiseId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import type { PromiseState } from '../../values/promises.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { type CustomerPromise, promiseColumns } from './customer-promise.ts';

/** Promises of one order or conversation that are shown, the newest ones. */
export const MOST_PROMISES = 100;

/** Promises within the viewer's reach, newest first by when they were made. */
export async function listPromises(
  scope: Scope,
  { state }: { readonly state: PromiseState | null },
  page: PageRequest,
): Promise<Page<CustomerPromise>> {
  const { sql } = scope.db;
  const rows = await sql<CustomerPromise[]>`
    select ${promiseColumns(sql)} from customer_promises p
    where ${withinReach(scope, 'conversations:read', 'p.customer_id')}
      and ${state ? sql`p.state = ${state}` : sql`true`}
      and ${page.after ? sql`(p.made_at, p.id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by p.made_at desc, p.id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (promise) => ({ at: promise.madeAt, id: promise.id }));
}

/** Promises by id, in no order; those that do not exist or are out of the viewer's reach are left out alike. */
export async function readPromises(scope: Scope, ids: readonly PromiseId[]): Promise<CustomerPromise[]> {
  const { sql } = scope.db;
  return sql<CustomerPromise[]>`
    select ${promiseColumns(sql)} from customer_promises p
    where p.id = any(${ids as string[]}) and ${withinReach(scope, 'conversations:read', 'p.customer_id')}`;
}

/** Promises about each order, the newest first. */
export const promisesOfOrders = (scope: Scope, ids: readonly OrderId[]): Promise<CustomerPromise[]> =>
  promisesOf(scope, 'order_id', ids);

/** Promises made in each conversation, the newest first. */
export const promisesOfConversations = (scope: Scope, ids: readonly ConversationId[]): Promise<CustomerPromise[]> =>
  promisesOf(scope, 'conversation_id', ids);

async function promisesOf(
  scope: Scope,
  column: 'order_id' | 'conversation_id',
  ids: readonly string[],
): Promise<CustomerPromise[]> {
  const { sql } = scope.db;
  return sql<CustomerPromise[]>`
    select p.* from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select ${promiseColumns(sql)} from customer_promises p
      where ${sql(`p.${column}`)} = asked.id and ${withinReach(scope, 'conversations:read', 'p.customer_id')}
      order by p.made_at desc, p.id desc limit ${MOST_PROMISES}
    ) p
    order by p.made_at desc, p.id desc`;
}
