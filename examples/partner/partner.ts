// PUNOS_URL=http://127.0.0.1:4000 PUNOS_KEY=<a partner's key> node partner.ts
// The status of every order that this partner sees, then each change as it happens, one line each.
import { openPunos, placeIn, PunosError } from '../punos.ts';

const ORDERS = `query PartnerOrders($page: String) {
  cursor
  orders(first: 50, after: $page) {
    nodes { number status statusOccurredAt }
    pageInfo { hasNextPage endCursor }
  }
}`;
const CHANGES = `subscription PartnerChanges($after: String) {
  orderEvents(after: $after) {
    cursor
    event { type order { number status statusOccurredAt } }
  }
}`;

interface Order {
  number: string;
  status: string;
  statusOccurredAt: string;
}
interface Change {
  cursor: string;
  event: { type: string; order: Order | null } | null;
}
interface Listed {
  cursor: string;
  orders: { nodes: Order[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

const punos = openPunos({
  url: process.env['PUNOS_URL'] ?? 'http://127.0.0.1:4000',
  key: process.env['PUNOS_KEY'] ?? '',
});
const place = placeIn(process.env['PUNOS_PLACE'] ?? 'partner.place');
const known = new Map<string, string>();

function show({ number, status, statusOccurredAt }: Order): void {
  if (known.get(number) === status) return;
  known.set(number, status);
  console.log(`${number} ${status} ${statusOccurredAt}`);
}

/** All orders as they stand. The cursor of the first page is a place before all of them: from there nothing is missed. */
async function showAll(): Promise<string> {
  let first: string | null = null;
  for (let page: string | null = null, more = true; more;) {
    const { cursor, orders }: Listed = await punos.ask<Listed>(ORDERS, { page });
    first ??= cursor;
    orders.nodes.forEach(show);
    ({ endCursor: page, hasNextPage: more } = orders.pageInfo);
  }
  return first!;
}

for (let kept = await place.read(); ; kept = null) {
  const after = kept ?? (await showAll());
  const options = { after, onPlace: (cursor: string) => place.write(cursor) };
  try {
    for await (const { event } of punos.follow<Change>(CHANGES, options)) if (event?.order) show(event.order);
  } catch (error) {
    // We were away for longer than the server remembers: read all afresh, then follow again.
    if (!(error instanceof PunosError && error.code === 'CURSOR_EXPIRED')) throw error;
  }
}
