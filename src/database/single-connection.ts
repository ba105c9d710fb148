import postgres from 'postgres';

import { hostsOf } from './database-hosts.ts';

/** One connection for work on the database itself (roles, tables, claims); its notices are of no interest. */
export function singleConnection(url: string, applicationName = 'punos'): postgres.Sql<{ bigint: number }> {
  return postgres(url, {
    // Of several hosts the one that may be written to; a standby says that it is none.
    ...(hostsOf(url).length > 1 ? { target_session_attrs: 'primary' as const } : {}),
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 10,
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: { application_name: applicationName },
    onnotice: () => undefined,
  });
}
