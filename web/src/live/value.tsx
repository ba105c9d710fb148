import { createContext, type ReactNode, useContext } from 'react';

interface Freshness {
  number: number;
  changedIn: ReadonlyMap<string, number>;
}

export const FreshnessContext = createContext<Freshness>({ number: 0, changedIn: new Map() });

interface ValueProps {
  /** Where the value stands in the packet: `orders/ord_…/status`. */
  path: string;
  children: ReactNode;
  className?: string;
}

/** A value of the packet: it lights up when a packet has changed it. */
export function Value({ path, children, className = '' }: ValueProps) {
  const { number, changedIn } = useContext(FreshnessContext);
  const changed = changedIn.get(path);
  // Another key makes another element: the light starts anew also when the same value changes twice in a row.
  return (
    <span
      key={changed ?? 0}
      className={`value ${className}`}
      data-changed={changed === undefined ? undefined : changed === number ? 'now' : 'before'}
    >
      {children}
    </span>
  );
}

/** The same for a whole entry that came new into a list. */
export function useIsNew(path: string): 'now' | 'before' | undefined {
  const { number, changedIn } = useContext(FreshnessContext);
  const changed = changedIn.get(path);
  if (changed === undefined) return undefined;
  return changed === number ? 'now' : 'before';
}
