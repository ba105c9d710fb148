import { ApolloLink, CombinedGraphQLErrors, Observable } from '@apollo/client';
import { print } from '@apollo/client/utilities';
import type { GraphQLFormattedError } from 'graphql';
import type { Client } from 'graphql-ws/client';

/** Codes and closes after which trying again with the same key or cursor changes nothing. */
const FINAL_CODES = ['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'CURSOR_EXPIRED'];
const FINAL_CLOSES = [4401, 4403];

/**
 * A subscription that outlives its sockets. graphql-ws would send the first `after` again when it reconnects by itself, so its
 * retries are off (`retryAttempts: 0`): each life begins here, behind the last cursor that was delivered. No gap, no repeat.
 */
export class ResumingLink extends ApolloLink {
  readonly #socket: Client;

  constructor(socket: Client) {
    super();
    this.#socket = socket;
  }

  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    const query = print(operation.query);
    return new Observable((reader) => {
      let place = operation.variables['after'] as string | null | undefined;
      let tries = 0;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let end = () => {};

      const begin = () => {
        // A life ends once: graphql-ws says `complete` also after we left.
        let isOver = false;
        const leave = this.#socket.subscribe<Record<string, { cursor?: string } | null>>(
          { query, variables: { ...operation.variables, after: place ?? null } },
          {
            next: ({ data, errors }) => {
              if (isOver) return;
              if (errors?.length) return finish(errors);
              tries = 0;
              reader.next({ data: data ?? null });
              // Only now: what could not be delivered is asked for again.
              place = Object.values(data ?? {})[0]?.cursor ?? place;
            },
            error: (trouble) => finish(trouble),
            complete: () => finish(null),
          },
        );
        end = () => {
          isOver = true;
          leave();
        };
        const finish = (trouble: unknown) => {
          if (isOver) return;
          end();
          const last = finalError(trouble);
          if (last) return reader.error(last);
          const longest = Math.min(5_000, 200 * 2 ** tries);
          tries += 1;
          timer = setTimeout(begin, longest * (0.5 + Math.random() / 2));
        };
      };

      begin();
      return () => {
        clearTimeout(timer);
        end();
      };
    });
  }
}

/** A refused subscription arrives as the list of its errors, a closed socket as its event. Null: it may pass. */
function finalError(trouble: unknown): Error | null {
  if (Array.isArray(trouble)) {
    const error = new CombinedGraphQLErrors({ errors: trouble as GraphQLFormattedError[] });
    return error.errors.some(({ extensions }) => FINAL_CODES.includes(String(extensions?.['code']))) ? error : null;
  }
  const { code, reason } = (trouble ?? {}) as { code?: number; reason?: string };
  return FINAL_CLOSES.includes(code ?? 0) ? new Error(reason || 'This key is not let in.') : null;
}
