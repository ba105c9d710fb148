import { until } from './until.ts';

/** Subscriptions that run on a server, by its metrics. One that is busy is asked again. */
export async function subscriptionCount(url: string): Promise<number> {
  const found = await until(
    async () => /^punos_subscriptions (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text()),
    (match) => match !== null,
  );
  return Number(found![1]);
}
