/** Why the server did not do what was asked, by its code. */
export class GraphTrouble extends Error {
  readonly code: string;

  constructor(errors: readonly { message: string; extensions?: { code?: unknown } }[]) {
    super(errors.map(({ message }) => message).join(' '));
    this.code = String(errors[0]?.extensions?.code ?? 'UNKNOWN');
  }
}

/** One query or mutation. Throws GraphTrouble for top-level errors, and what fetch throws without a connection. */
export async function ask<Data>(
  { server, bearer }: { server: string; bearer: string },
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await fetch(`${server}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(20_000),
  });
  const { data, errors } = (await response.json()) as { data?: Data | null; errors?: [] };
  if (errors?.length) throw new GraphTrouble(errors);
  if (!data) throw new Error(`The server answered ${response.status} without data.`);
  return data;
}
