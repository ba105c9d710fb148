import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const SHAPE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

function read(value: unknown): Date {
  const date = typeof value === 'string' && SHAPE.test(value) ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime()))
    throw new GraphQLError('A DateTime is an RFC 3339 text with a zone, for example 2026-11-21T08:15:30.123Z.');
  return date;
}

/** A moment. Rows hold a Date; what one SQL statement assembled as JSON holds a text. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description:
    'A moment in UTC with milliseconds, RFC 3339: `2026-11-21T08:15:30.123Z`. Input may have any zone and up to nanoseconds, which are cut.',
  specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc3339',
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null),
});
