import { type RefObject, useLayoutEffect, useRef } from 'react';

const STILL = matchMedia('(prefers-reduced-motion: reduce)');

/** Rows of a list glide to their new places instead of jumping there. Not for those who asked for less motion. */
export function useGlide(list: RefObject<HTMLElement | null>, entries: unknown): void {
  const places = useRef(new Map<string, number>());

  useLayoutEffect(() => {
    const rows = [...(list.current?.children ?? [])] as HTMLElement[];
    const before = places.current;
    places.current = new Map(rows.map((row) => [row.id, row.offsetTop]));
    if (STILL.matches) return;
    for (const row of rows) {
      const from = before.get(row.id);
      const by = from === undefined ? 0 : from - row.offsetTop;
      if (by !== 0) {
        row.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], {
          duration: 280,
          easing: 'ease-out',
        });
      }
    }
  }, [list, entries]);
}
