import type { CustomerId } from '../../values/ids.ts';
import { matchKeyOf } from '../../values/match-key.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import type { Channel, IdentityKind } from '../../values/vocabulary.ts';
import { servesViewer } from '../access/purposes.ts';
import type { Scope } from '../scope.ts';
import { customerColumns, type Customer, type Identity } from './customer.ts';
import { findNationalForm } from './find-national-form.ts';
import { normalizeIdentity } from './normalize-identity.ts';
import { withinReach } from './person-of.ts';

/** Persons by the ids of any of their members, in the order asked; null: absent or not visible. */
export async function customersByIds(scope: Scope, ids: readonly string[]): Promise<(Customer | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<(Customer & { askedId: string })[]>`
    select asked.id as asked_id, ${customerColumns(sql)}
    from unnest(${ids as string[]}::text[]) as asked(id)
    left join person_links l on l.member_id = asked.id
    join customers c on c.id = coalesce(l.person_id, asked.id)
    where ${withinReach(scope, 'customers:read', 'c.id')}`;
  const byId = new Map(rows.map(({ askedId, ...customer }) => [askedId, customer]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The person who has this identity; null: nobody, or not visible, as to who may not see identities. A malformed identity is nobody's. */
export async function customerByIdentity(scope: Scope, kind: IdentityKind, value: string): Promise<Customer | null> {
  if (!servesViewer(scope.viewer, 'contact')) return null;
  const { sql } = scope.db;
  const reach = withinReach(scope, 'customers:read', 'c.id');
  const national = () => (kind === 'phone' ? findNationalForm(scope, value) : null);
  const normalized = normalizedOrNull(kind, value) ?? (await national());
  if (normalized === null) return null;
  const [row] = await sql<Customer[]>`
    select ${customerColumns(sql)}
    from identities i
    left join person_links l on l.member_id = i.customer_id
    join customers c on c.id = coalesce(l.person_id, i.customer_id)
    where i.kind = ${kind} and coalesce(i.match_key, i.normalized) = ${matchKeyOf(kind, normalized)} and ${reach}`;
  return row ?? null;
}

function normalizedOrNull(kind: IdentityKind, value: string): string | null {
  try {
    return normalizeIdentity(kind, value);
  } catch {
    return null;
  }
}

/** Which persons a list holds. Null or absent: any. */
export interface CustomersFilter {
  /** Inclusive. */
  readonly createdAfter?: Date | null;
  readonly language?: string | null;
  readonly market?: string | null;
  readonly preferredChannel?: Channel | null;
}

/** Persons, the newest first: those that meet everything that is given. */
export async function listCustomers(
  scope: Scope,
  request: PageRequest,
  { createdAfter, language, market, preferredChannel }: CustomersFilter = {},
): Promise<Page<Customer>> {
  const { sql } = scope.db;
  const { after } = request;
  // One text per set of filters, so that each is planned for its own index.
  const rows = await sql<Customer[]>`
    select ${customerColumns(sql)}
    from customers c
    where ${withinReach(scope, 'customers:read', 'c.id')}
      and not exists (select 1 from person_links l where l.member_id = c.id)
      ${after ? sql`and (c.created_at, c.id) < (${after.at}, ${after.id})` : sql``}
      ${language == null ? sql`` : sql`and c.language = ${language}`}
      ${market == null ? sql`` : sql`and c.market = ${market}`}
      ${preferredChannel == null ? sql`` : sql`and c.preferred_channel = ${preferredChannel}`}
      ${createdAfter ? sql`and c.created_at >= ${createdAfter}` : sql``}
    order by c.created_at desc, c.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, (customer) => ({ at: customer.createdAt, id: customer.id }));
}

/** Identities of several persons, the oldest first, 100 a person at most. */
export async function identitiesOfPersons(scope: Scope, personIds: readonly CustomerId[]): Promise<Identity[][]> {
  const { sql } = scope.db;
  const rows = await sql<(Identity & { personId: CustomerId })[]>`
    select asked.id as person_id, i.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select i.id, i.customer_id, i.kind, i.value, i.normalized, i.verified, i.confidence,
        i.source, i.first_seen_at, i.last_seen_at
      from (select asked.id union all select m.member_id from person_links m where m.person_id = asked.id) as member(id)
      cross join lateral (select * from identities i where i.customer_id = member.id limit 100) i
      order by i.first_seen_at, i.id
      limit 100
    ) i
    where ${withinReach(scope, 'customers:read', 'asked.id')}`;
  const byPerson = Map.groupBy(rows, (row) => row.personId);
  return personIds.map((id) => byPerson.get(id) ?? []);
}
