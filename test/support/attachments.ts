import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from 'vitest';

/** A directory of the test file's own for `DATA_DIR`; removed when the file ends. */
export function withDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'punos-attachments-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Every file below a directory, by its path from there. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(directory, name)).isFile())
    .toSorted();
}

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A picture of one pixel, made different by what follows its end. */
export const aPicture = (name = ''): Buffer => Buffer.concat([Buffer.from(PIXEL, 'base64'), Buffer.from(name)]);

/** The beginning of a Windows program. */
export const aProgram = (): Buffer => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200, 1)]);

export interface UploadAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    attachmentId: string;
    filename: string;
    contentType: string;
    sizeBytes: number;
    state: string;
    errors?: { message: string; extensions: { code: string } }[];
  };
}

export async function upload(
  url: string,
  secret: string | null,
  to: { conversation: string; filename?: string },
  bytes: Buffer | string,
  contentType = 'application/octet-stream',
): Promise<UploadAnswer> {
  const answer = await fetch(`${url}/attachments?${new URLSearchParams(to).toString()}`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...(secret ? { authorization: `Bearer ${secret}` } : {}) },
    body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as UploadAnswer['body'] };
}

export const download = (url: string, secret: string | null, id: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/attachments/${id}`, {
    headers: { ...headers, ...(secret ? { authorization: `Bearer ${secret}` } : {}) },
  });
