import { useEffect, useReducer } from 'react';

import type { Link } from '../connection/open-link.ts';
import { changedPaths, leavesOf } from './changes.ts';
import { PACKETS } from './documents.ts';
import type { Cause, Packet, PacketPayload } from './shapes.ts';

const KEPT_ARRIVALS = 12;

/** One packet that came after the first one: why, and what it changed. */
export interface Arrival {
  number: number;
  at: number;
  causes: readonly Cause[];
  changed: readonly string[];
}

export interface Watched {
  packet: Packet | null;
  /** Counts the packets of this watch; 1 is the first, complete one. */
  number: number;
  /** Which packet last changed the value at a path. Values of the first packet are not in it. */
  changedIn: ReadonlyMap<string, number>;
  /** Newest first. */
  arrivals: readonly Arrival[];
  /** When the newest cause was recorded, in ms since 1970; null for a packet that only restored state. */
  recordedAt: number | null;
}

const NOTHING: Watched = { packet: null, number: 0, changedIn: new Map(), arrivals: [], recordedAt: null };

/** The packets of one customer. Give the component that uses it the customer's id as React key: it starts from nothing. */
export function usePackets(link: Link | null, customerId: string): Watched {
  const [watched, arrive] = useReducer(arrived, NOTHING);

  useEffect(
    () =>
      link?.follow<PacketPayload>({
        query: PACKETS,
        variables: { customerId },
        onPayload: ({ packet }, restored) => packet && arrive({ packet, restored, at: Date.now() }),
      }),
    [link, customerId],
  );

  return watched;
}

function arrived(
  before: Watched,
  { packet, restored, at }: { packet: Packet; restored: boolean; at: number },
): Watched {
  const number = before.number + 1;
  if (!before.packet) return { ...NOTHING, packet, number };
  const leaves = leavesOf(shown(packet));
  const changed = changedPaths(leavesOf(shown(before.packet)), leaves);
  const stillThere = [...before.changedIn].filter(([path]) => leaves.has(path));
  const recorded = packet.causes.map((cause) => Date.parse(cause.recordedAt));
  return {
    packet,
    number,
    changedIn: new Map([...stillThere, ...changed.map((path) => [path, number] as const)]),
    arrivals: [{ number, at, causes: packet.causes, changed: packet.changed }, ...before.arrivals].slice(
      0,
      KEPT_ARRIVALS,
    ),
    recordedAt: restored || recorded.length === 0 ? null : Math.max(...recorded),
  };
}

/** The state of a packet, without what only describes its delivery. */
function shown({ causes: _causes, changed: _changed, ...state }: Packet) {
  return state;
}
