import { trace } from '@opentelemetry/api';

import type { Sql } from './sql.ts';

interface Executed extends Promise<unknown> {
  strings: readonly string[];
  handle(): void;
}

const LONGEST_STATEMENT = 2_000;

/**
 * The same way to ask, with a span for each statement that is sent: its text with placeholders, never its parameters. The driver has no hook
 * of its own, so the moment is taken at which a query is handed over; fragments are never handed over and make no span.
 */
export function tracedSql<S extends Sql>(sql: S): S {
  return new Proxy(sql, {
    apply(target, self, args: unknown[]) {
      const query = Reflect.apply(target as never, self, args) as unknown;
      if (isQuery(query)) traceWhenSent(query);
      return query;
    },
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (name === 'unsafe')
        return (...args: unknown[]) => {
          const query = (member as (...all: unknown[]) => unknown).apply(target, args);
          if (isQuery(query)) traceWhenSent(query);
          return query;
        };
      if (name !== 'begin') return member;
      return (...args: unknown[]) => {
        const work = args.pop() as (tx: Sql) => unknown;
        return (member as (...all: unknown[]) => unknown).call(target, ...args, (tx: Sql) => work(tracedSql(tx)));
      };
    },
  });
}

const isQuery = (value: unknown): value is Executed => value instanceof Promise && 'handle' in value;

function traceWhenSent(query: Executed): void {
  const send = query.handle.bind(query);
  let sent = false;
  query.handle = () => {
    if (!sent) {
      sent = true;
      const statement = query.strings.join('?').replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_STATEMENT);
      const verb = /^[a-z]+/i.exec(statement)?.[0]?.toLowerCase() ?? 'statement';
      const attributes = { 'db.system.name': 'postgresql', 'db.query.text': statement };
      const span = trace.getTracer('punos').startSpan(`sql ${verb}`, { attributes });
      const end = () => span.end();
      void Promise.prototype.then.call(query, end, end);
    }
    return send();
  };
}
