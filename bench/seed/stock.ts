const THEN = `timestamptz '2026-11-01 12:00:00+00'`;
/** Behind the numbers of what is seeded for every bench. */
const id = (prefix: string, number: string) => `'${prefix}_' || lpad((10000000 + ${number})::text, 26, '0')`;

/** Articles in every one of the seeded stores. Those that are there already stay: a larger size adds to a smaller one. */
export const stockOf = (skus: number): readonly string[] => [
  `insert into products (id, external_id, title, category, created_at, updated_at)
   select ${id('prd', 'n')}, 'stock-' || n, 'Article ' || n, 'Stock ' || n % 50, ${THEN}, ${THEN}
   from generate_series(0, ${skus - 1}) as n on conflict do nothing`,
  `insert into variants (id, product_id, sku, title, options, price_minor, currency)
   select ${id('var', 'n')}, ${id('prd', 'n')}, 'STOCK-' || n, 'Article ' || n, '{}', 990 + n % 5000, 'EUR'
   from generate_series(0, ${skus - 1}) as n on conflict do nothing`,
  `insert into stock_levels (variant_id, location_id, on_hand, committed, held, incoming, incoming_at, as_of, source, updated_at)
   select ${id('var', 'n')}, l.id, s, s % 3 % 2, s % 2, n % 4, case n % 4 when 1 then ${THEN} + interval '9 days' end, ${THEN}, 'bench', ${THEN}
   from generate_series(0, ${skus - 1}) as n, locations l, lateral (select (n * 7 + length(l.name) * 3) % 25 as s) as many
   on conflict do nothing`,
];
