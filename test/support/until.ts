/**
 * Waits for a condition; fails with what was seen last. Never a sleep: it looks again every few milliseconds, or as
 * often as a look that costs something allows. The time it gives is for what never comes, not for a slow machine.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean,
  timeoutMs = 60_000,
  everyMs = 5,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(`Waited ${timeoutMs} ms in vain; last seen: ${JSON.stringify(seen)?.slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
