import { randomUUID } from 'node:crypto';

/** Names a request in answers and in the log. In one piece: Node glues a UUID from 25 strings, and all stay as long as it does. */
export const newRequestId = (): string => Buffer.from(randomUUID()).toString('latin1');
