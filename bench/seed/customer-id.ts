/** The id that the seed gave to a customer by number. */
export const customerIdOf = (number: number): string => `cus_${String(number).padStart(26, '0')}`;

/** The address by which the seed made that customer known. */
export const emailOf = (number: number): string => `customer${number}@example.com`;

/** The phone number that every second one, from the first on, has besides. */
export const phoneOf = (number: number): string => `+35840${String(number).padStart(7, '0')}`;

/** Numbers of the few customers who have a history of 10,000 entries more than the others. */
export const longHistoriesOf = (customers: number): number[] =>
  [1, 2, 3, 4].map((quarter) => Math.floor((quarter * customers) / 4) - 1);
