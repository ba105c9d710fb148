const BEARER = /^bearer +([!-~]{16,8192})$/i;

/** The key or token of an Authorization header (or of `connectionParams.authorization`). Null: none, or malformed. */
export function bearerOf(header: unknown): string | null {
  if (typeof header !== 'string' || header.length > 8_300) return null;
  return BEARER.exec(header.trim())?.[1] ?? null;
}
