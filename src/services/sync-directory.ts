import { open } from 'node:fs/promises';

/** Resolves when the names in a directory are on the disk, too, and not only what the files hold. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
