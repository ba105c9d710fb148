import type { BasketLine, Look } from './shapes.ts';
import { useIsNew, Value } from './value.tsx';
import { shortTime } from './words.ts';

const SHOWN = 4;

interface ShoppingProps {
  basket: { lines: readonly BasketLine[] } | null;
  browsing: readonly Look[];
}

/** What is in the basket and what was looked at last. Nothing is shown of who does not shop. */
export function ShoppingSection({ basket, browsing }: ShoppingProps) {
  const lines = basket?.lines ?? [];
  if (lines.length === 0 && browsing.length === 0) return null;
  return (
    <section aria-labelledby="shopping-title">
      <h3 id="shopping-title">In the shop</h3>
      {lines.length > 0 && (
        <ul className="card" aria-label="Basket">
          {lines.map(({ sku, title, quantity }) => (
            <li key={sku}>
              <Value path={`basket/lines/${sku}/quantity`}>{quantity}</Value> × {title ?? sku}
            </li>
          ))}
        </ul>
      )}
      <ul className="looks" aria-label="Looked at">
        {browsing.slice(0, SHOWN).map((look) => (
          <LookLine key={look.id} look={look} />
        ))}
      </ul>
    </section>
  );
}

function LookLine({ look: { id, kind, query, title, sku, occurredAt } }: { look: Look }) {
  const isNew = useIsNew(`browsing/${id}/id`);
  return (
    <li data-changed={isNew}>
      {kind === 'SEARCH' ? `Searched for “${query ?? ''}”` : (title ?? sku ?? 'Opened a page')}{' '}
      <time className="why" dateTime={occurredAt}>
        {shortTime(occurredAt)}
      </time>
    </li>
  );
}
