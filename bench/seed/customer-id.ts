/** The id that the seed gave to a customer by number. */
export const customerIdOf = (number: number): string => `cus_${String(number).padStart(26, '0')}`;

/** The address by which the seed made that customer known. */
export const emailOf = (number: number): string => `customer${number}@example.com`;
