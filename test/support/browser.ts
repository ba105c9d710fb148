import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import chromium from '@sparticuz/chromium';
import { chromium as playwright, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll } from 'vitest';

export interface Visitor {
  page: Page;
  /** What the console reported as error, and every exception. */
  troubles: string[];
  /** Requests that would have left this machine. */
  strays: string[];
}

const PAGES = fileURLToPath(new URL('../../web/dist/index.html', import.meta.url));

/** A headless Chromium for the file, without any package of the system; closed when the file ends. */
export async function withBrowser(): Promise<(options?: BrowserContextOptions) => Promise<Visitor>> {
  if (!existsSync(PAGES))
    throw new Error('The pages are not built. `npm test` does it by itself, `npm run build:web` alone.');
  const executablePath = await unpackChromium();
  // Containers and root have no user namespaces to build a sandbox from; the pages are our own.
  const browser = await playwright.launch({ executablePath, args: ['--no-sandbox'], headless: true });
  afterAll(() => browser.close());

  return async (options = {}) => {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const visitor: Visitor = { page, troubles: [], strays: [] };
    page.on('console', (message) => message.type() === 'error' && visitor.troubles.push(message.text()));
    page.on('pageerror', (error) => visitor.troubles.push(error.message));
    const note = (address: string) => {
      const { protocol, hostname } = new URL(address);
      if (protocol !== 'data:' && hostname !== '127.0.0.1') visitor.strays.push(address);
    };
    page.on('request', (request) => note(request.url()));
    page.on('websocket', (socket) => note(socket.url()));
    return visitor;
  };
}

/** The package unpacks itself for its user alone: each user of the machine has a place of their own. */
async function unpackChromium(): Promise<string> {
  const before = process.env['TMPDIR'];
  const place = join(tmpdir(), `punos-chromium-${userInfo().uid}`);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  process.env['TMPDIR'] = place;
  try {
    return await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
