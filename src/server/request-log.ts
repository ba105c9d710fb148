import type { FastifyRequest } from 'fastify';
import { pino, type Logger, type LoggerOptions } from 'pino';

export type { Logger };

/**
 * The log of the process. What is written of a request is a list of what may be written: no headers, no query strings, no
 * bodies, no variables.
 */
export function openLog(level: string): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: {
      req: (request: FastifyRequest) => ({
        method: request.method,
        path: request.url?.split('?', 1)[0]?.slice(0, 200),
      }),
      res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      // A database error repeats values in its detail; its name, code, place and stack find the bug.
      err: (error: Error & { code?: unknown; table_name?: unknown; constraint_name?: unknown }) => ({
        type: error.name,
        code: error.code,
        table: error.table_name,
        constraint: error.constraint_name,
        stack: stackWithoutMessage(error),
      }),
    },
  };
  // To stderr: stdout belongs to whoever started us, for `npm start -- --json` the one line that programs read.
  return pino(options, pino.destination(2));
}

/** The first line of a stack repeats the message, which may hold a value. */
function stackWithoutMessage(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join('\n');
}
