import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll } from 'vitest';

export interface ShopPage {
  /** Where the page stands: another origin than the server's. */
  readonly origin: string;
  /** Sets what the page embeds; the shop has to be there before the server, whose settings name its origin. */
  embeds(server: string, key: string, inbox: string): void;
  /** The shop's own backend, by path. */
  readonly backend: Map<string, (body: string) => Promise<string>>;
}

/** A shop on an origin of its own, with a strict content security policy and the widget as a shop embeds it. */
export async function aShopPage({ language = 'en' } = {}): Promise<ShopPage> {
  let html = '';
  let policy = '';
  const backend: ShopPage['backend'] = new Map();
  const server = createServer((request, response) => {
    const answer = backend.get(request.url!);
    if (!answer) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
      return response.end(request.url === '/favicon.ico' ? '' : html);
    }
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => void answer(body).then((text) => response.end(text)));
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    backend,
    embeds(url, key, inbox) {
      policy = `default-src 'none'; script-src ${url}; connect-src 'self' ${url} ${url.replace('http', 'ws')}`;
      html = `<!doctype html><html lang="${language}"><meta name="viewport" content="width=device-width"><title>Shop</title>
        <body><a href="#">A link of the shop</a>
        <script src="${url}/widget.js" data-key="${key}" data-inbox="${inbox}" async></script></body></html>`;
    },
  };
}
