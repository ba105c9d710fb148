// What the context query would cost without Punos: plain node:http and one statement with a generic plan.
import postgres from 'postgres';

import { answerParent, cpuSeconds } from '../parts/answer-parent.ts';
import { CONTEXT_STATEMENT } from './context-statement.ts';
import { plainHttp } from './plain-http.ts';

const STATEMENT = CONTEXT_STATEMENT('$1');

function start({ databaseUrl, poolSize }: { databaseUrl: string; poolSize: number }): Promise<string> {
  const sql = postgres(databaseUrl, { max: poolSize, connection: { plan_cache_mode: 'force_generic_plan' } });
  return plainHttp(sql, async ({ customerId }: { customerId: string }) => {
    const [row] = await sql.unsafe<{ packet: string }[]>(STATEMENT, [customerId], { prepare: true });
    return `{"data":{"contextPacket":${row?.packet ?? 'null'}}}`;
  });
}

answerParent({ start, cpu: cpuSeconds });
