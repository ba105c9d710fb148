import type { Database, Sql } from '../../src/database/open-database.ts';

/** A database that counts what it is asked: fragments and identifiers inside a statement do not count, statements do. */
export function countStatements(database: Database): { database: Database; count: () => number } {
  let count = 0;
  const counting = (sql: Sql): Sql =>
    new Proxy(sql, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (name !== 'unsafe') return member;
        return (...given: unknown[]) => {
          count += 1;
          return (member as (...all: unknown[]) => unknown).apply(target, given);
        };
      },
      apply(target, self, given: unknown[]) {
        const made: unknown = Reflect.apply(target as never, self, given);
        const [first] = given;
        if (!Array.isArray(first) || !('raw' in first) || typeof made !== 'object' || made === null) return made;
        // A statement runs when somebody waits for it; a fragment is never waited for.
        return new Proxy(made, {
          get(query, name) {
            if (name === 'then') count += 1;
            const value: unknown = Reflect.get(query, name, query);
            return typeof value === 'function' ? (value.bind(query) as unknown) : value;
          },
        });
      },
    });
  const counted: Database = {
    ...database,
    sql: counting(database.sql),
    hot: counting(database.hot),
    aside: counting(database.aside),
    begin: (work) => database.begin((sql) => work(counting(sql))),
  };
  return { database: counted, count: () => count };
}
