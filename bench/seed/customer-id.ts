/** The id that the seed gave to a customer by number. */
export const customerIdOf = (number: number): string => `cus_${String(number).padStart(26, '0')}`;

/** The address by which the seed made that customer known. */
export const emailOf = (number: number): string => `customer${number}@example.com`;

/** Numbers of the few customers who have a history of 10,000 entries more than the others. */
export const longHistoriesOf = (customers: number): number[] =>
  [1, 2, 3, 4].map((quarter) => Math.floor((quarter * customers) / 4) - 1);
