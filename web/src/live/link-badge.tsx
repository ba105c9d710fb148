import type { LinkState } from '../connection/open-link.ts';

const WORDS: Record<LinkState['kind'], string> = {
  connecting: 'Connecting…',
  live: 'Live',
  waiting: 'Connection lost, trying again…',
  refused: 'Key refused',
};

/** Says how the connection stands, also to those who listen. */
export function LinkBadge({ state }: { state: LinkState }) {
  return (
    <p className="badge" data-state={state.kind} role="status">
      <span className="dot" aria-hidden="true" />
      {WORDS[state.kind]}
    </p>
  );
}
