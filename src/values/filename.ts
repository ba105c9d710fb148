const LONGEST = 200;
/** Endings that say what a file of the type is. A file of another type may not wear them, nor a file of this type another's. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg', 'jfif'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif'],
  'image/heic': ['heic', 'heif'],
  'application/pdf': ['pdf'],
  'application/rtf': ['rtf'],
  'text/plain': ['txt', 'text', 'log', 'md', 'asc'],
  'text/csv': ['csv'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx'],
  'application/vnd.oasis.opendocument.text': ['odt'],
  'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'application/vnd.oasis.opendocument.presentation': ['odp'],
};

/**
 * A name under which a file may be saved anywhere: no path, no character that ends or turns a line, no name that a system gives a
 * meaning of its own, and the ending of its type, so that a picture is not opened as a page.
 */
export function safeFilename(claimed: string | null | undefined, contentType: string): string {
  const last = (claimed ?? '').toWellFormed().normalize('NFC').split(/[/\\]/).at(-1)!;
  const plain = last
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\uFFFD<>:"|?*]/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const endings = ENDINGS[contentType];
  const ending = /\.([a-z0-9]{1,10})$/i.exec(plain)?.[1] ?? '';
  const isRight = !endings || endings.includes(ending.toLowerCase());
  const stem = ending === '' || !isRight ? plain : plain.slice(0, -ending.length - 1);
  const suffix = isRight ? (ending === '' ? '' : `.${ending}`) : `.${endings[0]!}`;
  const kept = [...stem]
    .slice(0, LONGEST - suffix.length)
    .join('')
    .trimEnd();
  return (kept === '' ? 'attachment' : kept) + suffix;
}
