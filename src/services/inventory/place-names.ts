/** A place as people say where they are. */
export interface PlaceName {
  /** ISO 3166, two letters. Null: whichever country has it. */
  readonly country: string | null;
  readonly postalCode: string | null;
  /** A town or a district. */
  readonly name: string | null;
}

/** `SW1A 1AA`, `sw1a1aa` and `LV-1010` as they are compared. */
export const postalCodeKey = (code: string): string => code.toUpperCase().replaceAll(/[\s-]/g, '');

export const nameKey = (name: string): string => name.trim().replaceAll(/\s+/g, ' ').toLowerCase().normalize('NFC');
