import { isDeepStrictEqual } from 'node:util';

import { HttpConnection } from './parts/http-connection.ts';
import type { Side } from './sides.ts';

/** Asks both sides the same; both must give the same answers, or the comparison says nothing. */
export async function compareAnswers(
  sides: { ours: Side; floor: Side },
  query: string,
  asked: readonly object[],
): Promise<void> {
  const both = [sides.ours, sides.floor];
  const connections = await Promise.all(both.map(({ url, key }) => HttpConnection.open(url, key)));
  for (const [i, variables] of asked.entries()) {
    const body = JSON.stringify({ query, variables });
    const answers = await Promise.all(connections.map((connection) => connection.post(body, `compare-${i}`)));
    const [mine, plain] = answers.map((answer) => (JSON.parse(answer.toString()) as { data: unknown }).data);
    if (!isDeepStrictEqual(mine, plain))
      throw new Error(
        `The floor answers ${JSON.stringify(variables)} otherwise:\n${JSON.stringify(mine)}\n${JSON.stringify(plain)}`,
      );
  }
  for (const connection of connections) connection.close();
}
