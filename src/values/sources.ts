/** What a source tells of. */
export const SOURCE_KINDS = ['orders', 'tracking', 'stock'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
