import type { FastifyInstance } from 'fastify';

/** Bodies of this scope are bytes, as they were signed: so many at most of each media type, `*` for all others. */
export function takeBytesAsTheyCome(scope: FastifyInstance, most: Readonly<Record<string, number>>): void {
  scope.removeAllContentTypeParsers();
  for (const [mediaType, bodyLimit] of Object.entries(most))
    scope.addContentTypeParser(mediaType, { parseAs: 'buffer', bodyLimit }, (_request, body, parsed) =>
      parsed(null, body),
    );
}
