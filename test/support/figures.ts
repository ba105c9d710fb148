import type { ServerProcess } from './server-process.ts';

/** The figures of `/metrics` by name with their labels. Empty: it does not answer. */
export async function readFigures({ url }: Pick<ServerProcess, 'url'>): Promise<Map<string, number>> {
  const text = await fetch(`${url}/metrics`, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(5_000),
  }).then(
    (answer) => answer.text(),
    () => '',
  );
  return new Map(
    [...text.matchAll(/^(punos_\w+(?:\{[^}]*\})?) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
}
