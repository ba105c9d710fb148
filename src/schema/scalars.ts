import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

import { readMoment } from '../values/moment.ts';

function read(value: unknown): Date {
  const date = typeof value === 'string' ? readMoment(value) : null;
  if (!date)
    throw new GraphQLError(
      'A DateTime is an RFC 3339 text of a day of the calendar with a zone, for example 2026-11-21T08:15:30.123Z.',
    );
  return date;
}

/** As PostgreSQL writes a moment into JSON, in UTC. */
const FROM_POSTGRES = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?\+00:00$/;
const SECONDS_END = 19;
const ZONE_LENGTH = '+00:00'.length;

/** In UTC with milliseconds. A packet holds dozens of moments as texts: cutting those takes a fraction of reading and writing them. */
function written(value: unknown): string {
  if (typeof value !== 'string' || !FROM_POSTGRES.test(value))
    return (value instanceof Date ? value : new Date(String(value))).toISOString();
  const fraction = value.slice(SECONDS_END + 1, -ZONE_LENGTH);
  return `${value.slice(0, SECONDS_END)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** A moment. Rows hold a Date; what one SQL statement assembled as JSON holds a text. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description:
    'A moment in UTC with milliseconds, RFC 3339: `2026-11-21T08:15:30.123Z`, of the years 1 to 9999. Input may have any zone and up to nanoseconds, which are cut.',
  specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc3339',
  serialize: written,
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null),
});
