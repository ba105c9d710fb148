import { useApolloClient, useQuery } from '@apollo/client/react';
import { useEffect } from 'react';

import { PACKET, PACKETS } from './documents.ts';
import { queryThenFollow } from './query-then-follow.ts';

export function PacketView({ customerId, onError }: { customerId: string; onError: (error: Error) => void }) {
  const client = useApolloClient();
  useEffect(
    () => queryThenFollow(client, { query: PACKET, subscription: PACKETS, variables: { customerId }, onError }),
    [client, customerId, onError],
  );
  const { data } = useQuery(PACKET, { variables: { customerId } });
  const packet = data?.contextPacket;
  if (!packet) return <aside aria-busy />;

  return (
    <aside aria-label="Customer">
      <h2>{packet.profile.displayName ?? 'Somebody'}</h2>
      <p>
        {packet.profile.language} · {packet.profile.preferredChannel} · version {packet.version}
      </p>
      <h3>Orders</h3>
      <ul>
        {packet.orders.map(({ id, number, status, shipments }) => (
          <li key={id}>
            {number} {status} <small>{shipments[0]?.lastPlace}</small>
          </li>
        ))}
      </ul>
      <h3>Basket</h3>
      <ul>
        {packet.basket?.lines.map(({ sku, quantity }) => (
          <li key={sku}>{`${quantity} × ${sku}`}</li>
        ))}
      </ul>
    </aside>
  );
}
