/** How much there is, in words. */
export const STOCK_BANDS = ['out', 'few', 'many'] as const;
export type StockBand = (typeof STOCK_BANDS)[number];

/** Up to here they are few: worth hurrying. */
export const MOST_FEW = 5;

export const bandOf = (available: number): StockBand => {
  if (available <= 0) return 'out';
  return available <= MOST_FEW ? 'few' : 'many';
};
