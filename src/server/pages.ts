import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const NOT_BUILT = 'The pages are not built. Run `npm run build:web`, then reload.\n';

/** Serves the built pages: `/`, `/graphiql`, the demo shop at `/widget` and their files. They ask for a key themselves; nothing in them is secret. */
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
  page('/widget', 'demo-shop/index.html');
  page('/favicon.svg', 'favicon.svg', 'image/svg+xml');
  serveWidget(app, join(directory, 'widget.js'));
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

/** The chat widget is for pages of any origin. Its address never changes, so a browser asks again within the hour. */
function serveWidget(app: FastifyInstance, path: string): void {
  app.get('/widget.js', (request, reply) => {
    if (!existsSync(path)) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    const script = readFileSync(path);
    const etag = `"${createHash('sha256').update(script).digest('base64url').slice(0, 22)}"`;
    void reply.headers({
      etag,
      'cache-control': 'public, max-age=3600, stale-while-revalidate=604800',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    });
    if (request.headers['if-none-match']?.split(/,\s*/).includes(etag)) return reply.code(304).send();
    return reply.type('text/javascript; charset=utf-8').send(script);
  });
}
