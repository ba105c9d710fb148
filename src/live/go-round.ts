/** What is told meanwhile is not held up for longer. */
const SLICE_MS = 3;
const PAUSE_MS = 10;

/**
 * Does what the steps do, all of them about every so many milliseconds, a few in a turn of the loop: a round over many thousand watched persons in one
 * turn would hold up whatever happens meanwhile. A step is done when it is asked for. Answers how to stop.
 */
export function goRound(steps: () => Iterable<unknown>, everyMs: number): () => void {
  let timer = setTimeout(begin, everyMs);

  function begin(): void {
    goOn(steps()[Symbol.iterator]());
  }

  function goOn(rest: Iterator<unknown>): void {
    const until = performance.now() + SLICE_MS;
    do {
      if (rest.next().done) {
        timer = setTimeout(begin, everyMs);
        return;
      }
    } while (performance.now() < until);
    timer = setTimeout(goOn, PAUSE_MS, rest);
  }

  return () => clearTimeout(timer);
}
