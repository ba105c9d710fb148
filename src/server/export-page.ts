const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
article { border: 1px solid #8886; border-radius: .5rem; padding: .5rem 1rem; margin: .75rem 0; }
dl { margin: 0; } dt { font-size: .8rem; opacity: .7; } dd { margin: 0 0 .4rem; white-space: pre-wrap; }
dd dl { border-left: 2px solid #8886; padding-left: .75rem; }
@media (min-width: 40rem) { article > dl { display: grid; grid-template-columns: 12rem 1fr; } article > dl > dd { margin: 0; } }
`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Whatever somebody once wrote is text here, never markup. */
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);

const LABELS = /_/g;
const labelOf = (name: string) => escaped(name.replaceAll(LABELS, ' '));

function valueOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((each) => `<div>${valueOf(each)}</div>`).join('');
  if (typeof value === 'object') return fieldsOf(value as Readonly<Record<string, unknown>>);
  return escaped(String(value as string | number | boolean));
}

const fieldsOf = (row: Readonly<Record<string, unknown>>): string =>
  `<dl>${Object.entries(row)
    .map(([name, value]) => `<dt>${labelOf(name)}</dt><dd>${valueOf(value)}</dd>`)
    .join('')}</dl>`;

/** The pieces of a page that needs nothing besides itself: no script, no picture, no font. */
export const exportPage = {
  begin: (exportedAt: Date, customerIds: readonly string[]): string =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` +
    `<title>Everything that is kept of you</title><style>${STYLE}</style></head><body><h1>Everything that is kept of you</h1>` +
    `<p>As of ${exportedAt.toISOString()}, under ${escaped(customerIds.join(', '))}.</p>`,
  section: (title: string): string => `<h2>${escaped(title)}</h2>`,
  row: (row: Readonly<Record<string, unknown>>): string => `<article>${fieldsOf(row)}</article>`,
  end: (): string => '</body></html>',
};
