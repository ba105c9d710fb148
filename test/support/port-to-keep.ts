import { randomInt } from 'node:crypto';

import { freePort } from '../../src/database/cluster.ts';

/**
 * A free port for a server that dies and comes back. Not one of those that the system gives to clients (32768 and up on Linux): while the
 * server is away a client could be given it, and one that tries the dead server again and again could even be connected to itself by it.
 */
export const portToKeep = (): Promise<number> => freePort(randomInt(10_000, 32_000));
