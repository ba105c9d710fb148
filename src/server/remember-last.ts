/**
 * What is sent to many comes to each of their transports as the same text, one after the other. It is made into bytes for the first of them, and
 * the same bytes serve the rest. `place` is what else the bytes depend on.
 */
export function rememberLast(make: (text: string, place: string) => Buffer): (text: string, place?: string) => Buffer {
  let lastText: string | null = null;
  let lastPlace = '';
  let bytes: Buffer = Buffer.alloc(0);
  return (text, place = '') => {
    // Mostly one and the same string, which costs no look at its characters.
    if (text !== lastText || place !== lastPlace) {
      bytes = make(text, place);
      lastText = text;
      lastPlace = place;
    }
    return bytes;
  };
}
