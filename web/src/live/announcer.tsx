import { useEffect, useRef, useState } from 'react';

import type { Arrival } from './use-packets.ts';
import { inWords } from './words.ts';

const AT_MOST_EVERY_MS = 5_000;

/** Tells those who listen what came in, gathered, so that a lively customer does not talk without a pause. */
export function Announcer({ name, arrivals }: { name: string | null; arrivals: readonly Arrival[] }) {
  const [said, setSaid] = useState('');
  const latest = useRef(arrivals);
  latest.current = arrivals;
  const saidUpTo = useRef(0);

  useEffect(() => {
    const timer = setInterval(() => {
      const fresh = latest.current.filter(({ number }) => number > saidUpTo.current);
      if (fresh.length === 0) return;
      saidUpTo.current = fresh[0]!.number;
      const words = new Set(fresh.flatMap(({ causes }) => causes.map(({ type }) => inWords(type))));
      if (words.size > 0) setSaid(`${name ?? 'Customer'}: ${[...words].join(', ')}`);
    }, AT_MOST_EVERY_MS);
    return () => clearInterval(timer);
  }, [name]);

  return (
    <p className="unseen" aria-live="polite">
      {said}
    </p>
  );
}
