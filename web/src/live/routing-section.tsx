import type { Routing } from './shapes.ts';
import { Value } from './value.tsx';

export function RoutingSection({ routing }: { routing: readonly Routing[] }) {
  if (routing.length === 0) return null;
  return (
    <section aria-labelledby="routing-title">
      <h3 id="routing-title">Routing</h3>
      {routing.map(({ conversationId, reference, assignee, explanation }) => (
        <article key={conversationId} className="card routing">
          <p>
            <span className="reference">{reference}</span>{' '}
            <Value path={`routing/${conversationId}/assignee/name`}>
              {assignee ? assignee.name : 'Waits for an agent'}
            </Value>
          </p>
          {explanation !== null && (
            <p className="why">
              <Value path={`routing/${conversationId}/explanation`}>{explanation}</Value>
            </p>
          )}
        </article>
      ))}
    </section>
  );
}
