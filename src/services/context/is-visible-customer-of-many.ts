import type { Sql } from '../../database/open-database.ts';
import { requireRight } from '../access/role-rights.ts';
import { gather } from '../gather.ts';
import type { Scope } from '../scope.ts';

interface Question {
  readonly customerId: string;
  /** Only customers who are one person with this one; null: all. */
  readonly own: string | null;
}

const MOST_AT_ONCE = 1_000;
const gathered = new WeakMap<Sql, (question: Question) => Promise<boolean>>();

/** `isVisibleCustomer` for those who come in crowds: the questions of many viewers become one statement. */
export async function isVisibleCustomerOfMany({ viewer, db }: Scope, customerId: string): Promise<boolean> {
  const reach = requireRight(viewer, 'context:read');
  if (reach === 'own' && !viewer.customerId) return false;
  const ask =
    gathered.get(db.sql) ?? gather((questions: readonly Question[]) => areVisible(db.sql, questions), MOST_AT_ONCE);
  gathered.set(db.sql, ask);
  return ask({ customerId, own: reach === 'own' ? viewer.customerId : null });
}

async function areVisible(sql: Sql, questions: readonly Question[]): Promise<boolean[]> {
  const rows = await sql<{ number: number }[]>`
    select asked.number
    from unnest(
      ${questions.map((_, index) => index)}::int[], ${questions.map(({ customerId }) => customerId)}::text[],
      ${questions.map(({ own }) => own ?? '')}::text[]
    ) as asked (number, customer_id, own)
    join customers c on c.id = asked.customer_id
    left join person_links l on l.member_id = asked.customer_id
    left join person_links o on o.member_id = asked.own
    where asked.own = '' or coalesce(l.person_id, asked.customer_id) = coalesce(o.person_id, asked.own)`;
  const visible = new Set(rows.map(({ number }) => number));
  return questions.map((_, index) => visible.has(index));
}
