/** One server that an address of a database names. */
export interface DatabaseHost {
  readonly host: string;
  readonly port: number;
}

const AUTHORITY = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/;
const HOST = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d+))?$/i;

/** The servers that an address names, `postgres://user:password@a:5432,b:5432/punos`; empty when it names none by host (a Unix socket). */
export function hostsOf(url: string): DatabaseHost[] {
  const [, , authority = ''] = AUTHORITY.exec(url) ?? [];
  return authority.split(',').flatMap((entry) => {
    const [, host, port = '5432'] = HOST.exec(decodeURIComponent(entry)) ?? [];
    if (!host || host.startsWith('/')) return [];
    return [{ host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }];
  });
}

/** The same address with one server. What libpq reads of the choice among several is left out: it is made here. */
export function urlOfHost(url: string, { host, port }: DatabaseHost): string {
  const [, before = '', , after = ''] = AUTHORITY.exec(url) ?? [];
  const one = new URL(`${before}${host.includes(':') ? `[${host}]` : host}:${port}${after}`);
  one.searchParams.delete('target_session_attrs');
  return one.href;
}
