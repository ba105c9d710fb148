// What “where is it near me?” would cost without Punos: plain node:http and one prepared statement with a generic plan over the same rows.
import postgres from 'postgres';

import { answerParent, cpuSeconds } from '../parts/answer-parent.ts';
import { plainHttp } from './plain-http.ts';

const STATEMENT = `
  with levels as (
    select s.*, l.name, greatest(0, s.on_hand - s.committed - s.held - s.safety - s.damaged) as available,
      round(12742017.6 * asin(least(1, sqrt(
        sin(radians(l.latitude - $2::float8) / 2) ^ 2
        + cos(radians($2)) * cos(radians(l.latitude)) * sin(radians(l.longitude - $3::float8) / 2) ^ 2))))::int as metres
    from variants v join stock_levels s on s.variant_id = v.id join locations l on l.id = s.location_id where v.sku = $1
  )
  select (select count(*) from levels) > 20 as more, coalesce((
    select json_agg(json_build_object('locationId', location_id, 'available', available,
      'band', case when available = 0 then 'OUT' when available <= 5 then 'FEW' else 'MANY' end,
      'asOf', to_char(as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'distanceKm', metres / 1000.0::float8,
      'nextIncoming', case when incoming > 0 then json_build_object('quantity', incoming,
        'expectedAt', to_char(incoming_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end,
      'location', json_build_object('name', name)) order by metres, location_id)
    from (select * from levels order by metres, location_id limit 20) l
  ), '[]')::text as nodes`;

interface Asked {
  readonly sku: string;
  readonly latitude: number;
  readonly longitude: number;
}

function start({ databaseUrl, poolSize }: { databaseUrl: string; poolSize: number }): Promise<string> {
  const sql = postgres(databaseUrl, { max: poolSize, connection: { plan_cache_mode: 'force_generic_plan' } });
  return plainHttp(sql, async ({ sku, latitude, longitude }: Asked) => {
    const [row] = await sql.unsafe<{ more: boolean; nodes: string }[]>(STATEMENT, [sku, latitude, longitude], {
      prepare: true,
    });
    return `{"data":{"availability":{"nodes":${row!.nodes},"pageInfo":{"hasNextPage":${row!.more}}}}}`;
  });
}

answerParent({ start, cpu: cpuSeconds });
