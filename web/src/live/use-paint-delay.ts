import { useLayoutEffect } from 'react';

/**
 * Calls back with the milliseconds from `since` until the frame that shows this render was handed to the screen.
 * What is hidden is not painted and reports nothing.
 */
export function usePaintDelay(
  number: number,
  since: number | null,
  onPainted: (number: number, ms: number) => void,
): void {
  useLayoutEffect(() => {
    if (since === null || document.hidden || !document.getElementById('packet')?.checkVisibility()) return undefined;
    const frame = requestAnimationFrame(() => {
      // A task queued in the frame's callback runs after that frame was painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        onPainted(number, Math.max(0, Date.now() - since));
      };
      port2.postMessage(null);
    });
    return () => cancelAnimationFrame(frame);
  }, [number, since, onPainted]);
}
