import { isOpen, nextOpening, WEEKDAYS, type BusinessHours } from './business-hours.ts';

/** Hours in which nobody should be disturbed: `from` inclusive, `to` exclusive, over midnight where `from` is the later one. */
export interface Quiet {
  /** IANA name. */
  readonly timeZone: string;
  /** HH:MM. */
  readonly from: string;
  readonly to: string;
}

/** Until when a person is not to be disturbed at this moment. Null: they may be. */
export function quietUntil(quiet: Quiet, at: Date): Date | null {
  const hours = loudHours(quiet);
  return isOpen(hours, at) ? null : nextOpening(hours, at);
}

/** The rest of each day: a day has an end, so the hours over midnight are two. */
function loudHours({ timeZone, from, to }: Quiet): BusinessHours {
  const spans =
    from < to
      ? [
          { opensAt: '00:00', closesAt: from },
          { opensAt: to, closesAt: '24:00' },
        ]
      : [{ opensAt: to, closesAt: from }];
  const open = spans.filter(({ opensAt, closesAt }) => opensAt < closesAt);
  return { timeZone, weekly: WEEKDAYS.flatMap((day) => open.map((span) => ({ day, ...span }))), holidays: [] };
}
