/** A text of at most so many characters that can be stored: what people wrote is never a reason to refuse an order. */
export const clip = (text: string | null, longest: number): string | null =>
  text === null ? null : text.slice(0, longest).replaceAll('\0', '').toWellFormed().trim() || null;
