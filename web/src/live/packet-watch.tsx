import { useCallback, useMemo, useState } from 'react';

import type { Link } from '../connection/open-link.ts';
import { Announcer } from './announcer.tsx';
import { Arrivals } from './arrivals.tsx';
import { ConversationsSection } from './conversations-section.tsx';
import { OrdersSection } from './orders-section.tsx';
import { ProfileHead } from './profile-head.tsx';
import { RoutingSection } from './routing-section.tsx';
import { ShoppingSection } from './shopping-section.tsx';
import { StockSection } from './stock-section.tsx';
import { usePackets } from './use-packets.ts';
import { usePaintDelay } from './use-paint-delay.ts';
import { FreshnessContext } from './value.tsx';

interface PacketWatchProps {
  link: Link | null;
  customerId: string;
  onPainted: (ms: number) => void;
}

/** One customer's packet, section by section; what the newest packet changed is lit. */
export function PacketWatch({ link, customerId, onPainted }: PacketWatchProps) {
  const { packet, number, changedIn, arrivals, recordedAt } = usePackets(link, customerId);
  const [delays, setDelays] = useState<ReadonlyMap<number, number>>(new Map());
  const painted = useCallback(
    (of: number, ms: number) => {
      setDelays((before) => new Map([...before].slice(-20)).set(of, ms));
      onPainted(ms);
    },
    [onPainted],
  );
  usePaintDelay(number, recordedAt, painted);
  const freshness = useMemo(() => ({ number, changedIn }), [number, changedIn]);

  if (!packet) return <p className="empty">Waiting for the packet…</p>;
  return (
    <FreshnessContext value={freshness}>
      <article className="packet" data-packet={number} data-customer={packet.customerId}>
        <ProfileHead packet={packet} />
        <Announcer name={packet.profile.displayName} arrivals={arrivals} />
        <div className="sections">
          <div>
            <ConversationsSection conversations={packet.conversations} />
          </div>
          <div>
            <Arrivals arrivals={arrivals} delays={delays} />
            <RoutingSection routing={packet.routing} />
            <ShoppingSection basket={packet.basket} browsing={packet.browsing} />
            <OrdersSection orders={packet.orders} />
            <StockSection stock={packet.stock} />
          </div>
        </div>
      </article>
    </FreshnessContext>
  );
}
