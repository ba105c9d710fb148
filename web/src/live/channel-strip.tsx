import { useEffect, useState } from 'react';

import type { Link, Payload } from '../connection/open-link.ts';
import { CHANNELS } from './documents.ts';
import { capital, channelName, inWords, lasting, shortTime } from './words.ts';

interface Overview {
  channels: {
    channel: string;
    openCount: number;
    waitingCount: number;
    longestWaitingSince: string | null;
    answeredCount: number;
    firstResponseP50Seconds: number | null;
  }[];
  movingOrders: { status: string; count: number }[];
  staleSources: { name: string; lastHeardAt: string }[];
}

/** A first answer is due within five minutes; half of that is a warning. */
const DUE_MS = 300_000;
const LOOK_AGAIN_MS = 5_000;

/** Live figures of all channels, for keys that may see them; nothing for others. */
export function ChannelStrip({ link }: { link: Link | null }) {
  const [overview, setOverview] = useState<Overview | null>(null);
  const now = useNow();
  useEffect(
    () =>
      link?.follow<Payload & { overview: Overview | null }>({
        query: CHANNELS,
        isOptional: true,
        onPayload: (payload) => payload.overview && setOverview(payload.overview),
      }),
    [link],
  );
  if (!overview) return <div />;

  const moving = overview.movingOrders.filter(({ count }) => count > 0);
  return (
    <ul className="channels" aria-label="All channels now" tabIndex={0}>
      {overview.channels.map((figures) => {
        const waited = figures.longestWaitingSince === null ? null : now - Date.parse(figures.longestWaitingSince);
        return (
          <li key={figures.channel} data-channel-figures={figures.channel} data-state={stateOf(waited)}>
            <strong>{channelName(figures.channel)}</strong>
            <span>
              <b>{figures.waitingCount}</b> waiting of {figures.openCount} open
              {waited === null ? '' : `, the longest for ${lasting(waited)}`}
            </span>
            <br />
            <span>
              {figures.answeredCount} answered in 24 h
              {figures.firstResponseP50Seconds === null
                ? ''
                : `, after ${lasting(figures.firstResponseP50Seconds * 1_000)}`}
            </span>
          </li>
        );
      })}
      {moving.length > 0 && (
        <li>
          <strong>Orders on the move</strong>
          {moving.map(({ status, count }) => (
            <span key={status}>
              <b>{count}</b> {inWords(status)}{' '}
            </span>
          ))}
        </li>
      )}
      {overview.staleSources.map(({ name, lastHeardAt }) => (
        <li key={name} data-state="late">
          <strong>{capital(name)} is silent</strong>
          <span>heard last {shortTime(lastHeardAt)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Colour says at a glance what the words say too: nobody waits long, soon too long, too long. */
function stateOf(waitedMs: number | null): 'met' | 'soon' | 'late' {
  if (waitedMs === null || waitedMs < DUE_MS / 2) return 'met';
  return waitedMs < DUE_MS ? 'soon' : 'late';
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
