import { percentile } from './percentile.ts';

export interface Sample {
  number: number;
  ms: number;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const BARS = 100;

/** From the record of an event to the frame that shows it, over the last 100 packets. */
export function Pace({ samples }: { samples: readonly Sample[] }) {
  const all = samples.map(({ ms }) => ms);
  const last = all.at(-1) ?? null;
  const p50 = percentile(all, 0.5);
  const p95 = percentile(all, 0.95);
  const highest = Math.max(40, ...all);
  return (
    <section className="pace" aria-labelledby="pace-title">
      <div className="pace-title">
        <h2 id="pace-title">Commit to screen</h2>
        <p>
          {LOOPBACK.has(location.hostname)
            ? 'From the record in the journal to the painted frame. Both clocks are this machine’s.'
            : 'From the record in the journal to the painted frame. Holds the difference between two clocks: the server’s and yours.'}
        </p>
      </div>
      <dl>
        <Figure name="last" ms={last} />
        <Figure name="p50" ms={p50} />
        <Figure name="p95" ms={p95} />
        <div>
          <dt>packets</dt>
          <dd>{samples.length < BARS ? samples.length : `last ${BARS}`}</dd>
        </div>
      </dl>
      <svg className="bars" viewBox={`0 0 ${BARS * 3} 40`} preserveAspectRatio="none" aria-hidden="true">
        {samples.map(({ number, ms }, index) => {
          const height = Math.max(1.5, (ms / highest) * 40);
          return (
            <rect key={number} x={(BARS - samples.length + index) * 3} y={40 - height} width="2" height={height} />
          );
        })}
      </svg>
    </section>
  );
}

function Figure({ name, ms }: { name: string; ms: number | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-figure={name}>{ms === null ? '–' : `${Math.round(ms)} ms`}</dd>
    </div>
  );
}
