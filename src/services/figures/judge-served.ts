import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { knownBefore, knownBy } from './known-then.ts';
import { wasTrueToTell } from './told-truth.ts';

const BATCH = 5_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Days that samples are kept after they were counted. */
const KEPT_DAYS = 8;

/**
 * Compares samples of what was served and told with what was known at that moment, counts them by day, touchpoint and channel, and forgets old ones. Samples of
 * orders that are gone are left out. Returns how many were compared.
 */
export async function judgeServed(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'figures:read');
  let total = 0;
  for (let judged = BATCH; judged === BATCH; total += judged) judged = await judgeBatch(scope);
  await countDays(scope);
  await scope.db.sql`
    delete from served_statuses where served_at < ${new Date(scope.now.getTime() - KEPT_DAYS * DAY_MS)}`;
  return total;
}

async function judgeBatch({ db: { sql }, now }: Scope): Promise<number> {
  // What is being recorded this very moment is known before it can be read.
  const before = new Date(now.getTime() - MINUTE_MS);
  const judged = await sql`
    with due as (
      select id, order_id, served_at, status, about from served_statuses
      where is_right is null and served_at < ${before} order by served_at limit ${BATCH}
    ), gone as (
      delete from served_statuses s using due d where s.id = d.id and not exists (select from orders o where o.id = d.order_id)
    )
    update served_statuses s set is_right = case
      when d.about is not null then ${wasTrueToTell(sql)}
      else exists (
        select from order_versions v
        where v.order_id = d.order_id and v.status = d.status and ${knownBy(sql, sql`v.valid_from`)}
          and (v.valid_to is null or not ${knownBefore(sql, sql`v.valid_to`)}))
      end
    from due d where s.id = d.id and exists (select from orders o where o.id = d.order_id)
    returning 1`;
  return judged.length;
}

/** Today's and yesterday's, anew: a sample counts once, however often this runs. */
async function countDays({ db: { sql }, now }: Scope): Promise<void> {
  const yesterday = new Date(Math.floor(now.getTime() / DAY_MS - 1) * DAY_MS);
  await sql`
    insert into accuracy_days (day, touchpoint, channel, served, wrong)
    select (served_at at time zone 'UTC')::date, touchpoint, channel, count(*), count(*) filter (where not is_right)
    from served_statuses where is_right is not null and served_at >= ${yesterday}
    group by 1, 2, 3
    on conflict (day, touchpoint, channel) do update set served = excluded.served, wrong = excluded.wrong`;
}
