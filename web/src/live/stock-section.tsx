import type { StockLine } from './shapes.ts';
import { Value } from './value.tsx';

const SHOWN = 6;

/** A fraction says something up to some ten kilometres, not beyond. */
const kilometres = (km: number) => `${km < 20 ? km : Math.round(km)} km`;

export function StockSection({ stock }: { stock: readonly StockLine[] }) {
  return (
    <section aria-labelledby="stock-title">
      <h3 id="stock-title">In stores nearby</h3>
      {stock.length === 0 && <p className="empty">Nothing ordered that a store keeps.</p>}
      <ul className="stock">
        {stock.slice(0, SHOWN).map(({ sku, title, locations }) => (
          <li key={sku} className="card">
            <p>
              {title} <span className="reference">{sku}</span>
            </p>
            <dl>
              {locations.map(({ name, distanceKm, available }) => (
                <div key={name} data-none={available === 0}>
                  <dt>
                    {name}
                    {distanceKm !== null && <small> {kilometres(distanceKm)}</small>}
                  </dt>
                  <dd>
                    <Value path={`stock/${sku}/locations/${name}/available`}>{available}</Value>
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}
