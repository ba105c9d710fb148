import { convert, type HtmlToTextOptions } from 'html-to-text';

/** Longer ones are read to here: the reply stands at the beginning, and depth costs the parser its square. */
const LONGEST_HTML = 300_000;

const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxDepth: 100, maxChildNodes: 2_000, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'head', format: 'skip' },
    { selector: 'style', format: 'skip' },
    { selector: 'script', format: 'skip' },
    // Programs mark what they quote with this element; as text it is marked with > and cut like any other quote.
    { selector: 'blockquote', format: 'blockquote', options: { trimEmptyLines: true } },
    { selector: 'div.yahoo_quoted', format: 'blockquote' },
    { selector: 'hr', format: 'horizontalLine', options: { length: 20 } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/** What a reader of an HTML mail sees, as plain text. Scripts and styles are no text; what is too deep or too long is left out. */
export function htmlText(html: string): string {
  return convert(html.slice(0, LONGEST_HTML), OPTIONS).replaceAll('\u00a0', ' ');
}
