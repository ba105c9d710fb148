/** `IN_TRANSIT` and `tracking.recorded` as people read them: "in transit", "tracking recorded". */
export const inWords = (word: string) => word.toLowerCase().replaceAll(/[_.]/g, ' ');

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const CHANNEL_NAMES: Readonly<Record<string, string>> = {
  SMS: 'SMS',
  WHATSAPP: 'WhatsApp',
  X: 'X',
};

export const channelName = (channel: string) => CHANNEL_NAMES[channel] ?? capital(inWords(channel));

/** Languages by their own word in the reader's language: "fi" is "Finnish". */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(navigator.languages[0] ?? 'en', { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

const month = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' });

export const clockTime = (iso: string) => clock.format(new Date(iso));
export const dayOf = (iso: string) => day.format(new Date(iso));
export const monthOf = (iso: string) => month.format(new Date(iso));

/** The minute for today, the day for anything older. */
export function shortTime(iso: string): string {
  const at = new Date(iso);
  return at.toDateString() === new Date().toDateString() ? minute.format(at) : day.format(at);
}

export function money({ amountMinor, currency }: { amountMinor: number; currency: string }): string {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** How long something lasts, in the largest unit that says enough: "40 s", "12 min", "3 h", "2 d". */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
