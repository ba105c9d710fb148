import type { PacketOrder } from './shapes.ts';
import { Value } from './value.tsx';
import { capital, dayOf, inWords, money } from './words.ts';

const WAY = ['PENDING', 'PROCESSED', 'IN_TRANSIT', 'DELIVERED'] as const;
const SHOWN = 4;

/** How far along the way of an order a status is, from 1 to 4; null for what is no longer on that way. */
function stepOf(status: string): number | null {
  if (status === 'READY_FOR_PICKUP') return 3;
  const at = WAY.findIndex((step) => step === status);
  return at < 0 ? null : at + 1;
}

export function OrdersSection({ orders }: { orders: readonly PacketOrder[] }) {
  return (
    <section aria-labelledby="orders-title">
      <h3 id="orders-title">Orders</h3>
      {orders.length === 0 && <p className="empty">None.</p>}
      {orders.slice(0, SHOWN).map((order) => (
        <OrderCard key={order.id} order={order} />
      ))}
      {orders.length > SHOWN && <p className="empty">And {orders.length - SHOWN} older ones.</p>}
    </section>
  );
}

function OrderCard({ order }: { order: PacketOrder }) {
  const path = `orders/${order.id}`;
  const step = stepOf(order.status);
  return (
    <article className="card order">
      <header>
        <h4>{order.number}</h4>
        <Value path={`${path}/status`} className="status">
          {capital(inWords(order.status))}
        </Value>
        <span className="sum">
          {dayOf(order.placedAt)} · <Value path={`${path}/total/amountMinor`}>{money(order.total)}</Value>
        </span>
      </header>
      {step !== null && (
        <div className="way" aria-hidden="true">
          {WAY.map((name, index) => (
            <span key={name} data-done={index < step} />
          ))}
        </div>
      )}
      <p className="lines">{order.lines.map(({ quantity, title }) => `${quantity} × ${title}`).join(', ')}</p>
      {order.shipments.map(({ id, carrier, trackingNumber, status, lastPlace }) => (
        <p key={id} className="parcel">
          <span>
            {carrier ?? 'Parcel'} <span className="reference">{trackingNumber}</span>
          </span>
          <Value path={`${path}/shipments/${id}/status`}>{capital(inWords(status))}</Value>
          {lastPlace !== null && <Value path={`${path}/shipments/${id}/lastPlace`}>{lastPlace}</Value>}
        </p>
      ))}
      {order.returns.map(({ id, status, reason }) => (
        <p key={id} className="parcel">
          <span>Return{reason === null ? '' : `: ${inWords(reason)}`}</span>
          <Value path={`${path}/returns/${id}/status`}>{capital(inWords(status))}</Value>
        </p>
      ))}
    </article>
  );
}
