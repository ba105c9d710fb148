import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const NOT_BUILT = 'The pages are not built. Run `npm run build:web`, then reload.\n';

/** Serves the built pages: `/`, `/graphiql` and their files. They ask for a key themselves; nothing in them is secret. */
export async function servePages(app: FastifyInstance, directory: string): Promise<void> {
  const page = (url: string, file: string, type = 'text/html; charset=utf-8') =>
    app.get(url, (_request, reply) => {
      const path = join(directory, file);
      // Looked at for each request: a build beside the running server is seen without a restart.
      if (!existsSync(path)) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
      return reply.type(type).header('cache-control', 'no-cache').send(readFileSync(path));
    });
  page('/', 'index.html');
  page('/graphiql', 'graphiql/index.html');
  page('/graphiql/', 'graphiql/index.html');
  page('/favicon.svg', 'favicon.svg', 'image/svg+xml');
  if (!existsSync(join(directory, 'assets'))) return;
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    dotfiles: 'ignore',
    // Names of assets hold a hash of their content.
    immutable: true,
    maxAge: '365d',
  });
}
