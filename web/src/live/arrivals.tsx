import type { Arrival } from './use-packets.ts';
import { capital, clockTime, inWords } from './words.ts';

interface ArrivalsProps {
  arrivals: readonly Arrival[];
  /** Milliseconds from record to screen by packet; absent where nothing was painted. */
  delays: ReadonlyMap<number, number>;
}

const SHOWN = 6;

/** The last packets: when, why, how fast. */
export function Arrivals({ arrivals, delays }: ArrivalsProps) {
  return (
    <section className="arrivals" aria-labelledby="arrivals-title">
      <h3 id="arrivals-title">What just happened</h3>
      {arrivals.length === 0 ? (
        <p className="empty">Nothing since you began to watch.</p>
      ) : (
        <ol>
          {arrivals.slice(0, SHOWN).map(({ number, at, causes }) => (
            <li key={number}>
              <time>{clockTime(new Date(at).toISOString())}</time>
              <span>{namesOf(causes.map(({ type }) => type))}</span>
              <span className="ms">{delays.has(number) ? `${Math.round(delays.get(number)!)} ms` : ''}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** "Message received ×2, order status changed"; a packet without a cause was renewed. */
function namesOf(types: readonly string[]): string {
  if (types.length === 0) return 'Renewed';
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  const names = [...counts].map(([type, count]) => (count > 1 ? `${inWords(type)} ×${count}` : inWords(type)));
  return capital(names.join(', '));
}
