// Exactly these: parameters, odd charsets and stray characters are where parsers disagree.
const JSON_BODY = /^application\/json(?: ?; ?charset=utf-?8)?$/i;

/** True when the content type says JSON in UTF-8 and nothing else. */
export const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && contentType.length <= 64 && JSON_BODY.test(contentType);

/** The media type of a `Content-Type` in small letters, without parameters. Empty: there is none, or one of JSON that is not UTF-8. */
export const mediaTypeOf = (header = ''): string => {
  const [type = ''] = header.toLowerCase().split(';', 1);
  return type.trim() === 'application/json' && !isJson(header) ? '' : type.trim();
};
