/** Three strands: the braid that gives Punos its name. */
export function Wordmark() {
  return (
    <span className="wordmark">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path className="strand-a" d="M8 3c0 9 16 8 16 17 0 5-4 7-8 9" />
        <path className="strand-b" d="M24 3c0 9-16 8-16 17 0 5 4 7 8 9" />
        <path className="strand-c" d="M16 3v8m0 5v8" />
      </svg>
      Punos
    </span>
  );
}
