import type { Mail } from './read-mail.ts';

/** What a report says became of the mail (RFC 3464). */
export interface DeliveryStatus {
  /** What was done for each recipient, in lower case: failed, delayed, delivered, relayed, expanded. */
  readonly actions: readonly string[];
  /** An enhanced status code such as 5.1.1; null: the report has none. */
  readonly status: string | null;
  /** What the refusing server said, shortened; null: unknown. It may name the recipient. */
  readonly diagnostic: string | null;
}

const READ_CHARACTERS = 20_000;
const LONGEST_DIAGNOSTIC = 300;
const CODE = /\b([245]\.\d{1,3}\.\d{1,3})\b/;
const REFUSAL = /^.{0,200}\b[45]\d\d[ -].{0,300}$/m;

export function readStatus(mail: Mail): DeliveryStatus {
  const report = mail.parts.find(({ contentType }) => /^message\/(?:global-)?delivery-status$/.test(contentType));
  const fields = report ? unfold(Buffer.from(report.content.subarray(0, READ_CHARACTERS)).toString('utf8')) : [];
  const valuesOf = (name: string) =>
    fields
      .filter((line) => line.toLowerCase().startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim());
  const said = valuesOf('diagnostic-code')[0] ?? REFUSAL.exec(mail.text.slice(0, READ_CHARACTERS))?.[0].trim();
  const diagnostic =
    said?.replaceAll('\0', '').replaceAll(/\s+/g, ' ').slice(0, LONGEST_DIAGNOSTIC).toWellFormed() ?? null;
  return {
    actions: valuesOf('action').map((action) => action.toLowerCase().split(/[\s(]/, 1)[0]!),
    status: CODE.exec(valuesOf('status').join(' '))?.[1] ?? CODE.exec(diagnostic ?? '')?.[1] ?? null,
    diagnostic: diagnostic === '' ? null : diagnostic,
  };
}

/** Lines of a header, continued ones in one. */
function unfold(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && lines.length > 0) lines.push(`${lines.pop()!} ${line.trim()}`);
    else lines.push(line);
  }
  return lines;
}
