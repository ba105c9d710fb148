import type { Readable } from 'node:stream';

import { request } from 'undici';

const DEADLINE_MS = 60_000;

/**
 * Asks the scanner of the operator, whose address is a setting and so needs no guard, whether bytes are clean. Whatever is not a clear
 * answer throws.
 */
export async function askScanner(url: string, bytes: Readable): Promise<boolean> {
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const told: unknown = statusCode === 200 ? await body.json() : await body.dump();
  const verdict = (told as { clean?: unknown } | null | undefined)?.clean;
  if (typeof verdict === 'boolean') return verdict;
  throw new Error(`The scanner answered ${statusCode}, and nothing that says clean or not.`);
}
