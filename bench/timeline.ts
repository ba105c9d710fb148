import type { Bench } from './bench.ts';
import { compareAnswers } from './compare-answers.ts';
import { TIMELINE } from './documents.ts';
import { onReadStage } from './http-stage.ts';
import { customerIdOf, longHistoriesOf } from './seed/customer-id.ts';
import { measureInPairs, summarise } from './sides.ts';

const COMPARED = 40;
const CONNECTIONS = 16;

export const timeline: Bench = {
  summary: `a page of 20 of \`Customer.timeline\` over HTTP, of short histories and of 10,000 entries, ${CONNECTIONS} connections`,
  async run(ground) {
    const { options, report } = ground;
    await onReadStage(ground, 'floors/timeline.ts', async (stage) => {
      const { pairs } = options;
      const seconds = options.quick ? 0.1 : 3;
      for (const [histories, variables] of Object.entries(pagesOf(options.customers))) {
        const step = Math.max(1, Math.floor(variables.length / COMPARED));
        const compared = variables.filter((_, i) => i % step === 0).slice(0, COMPARED);
        await compareAnswers(stage, TIMELINE, compared);
        report.progress(`${histories}: ${compared.length} answers are deep-equal`);
        const load = {
          connections: CONNECTIONS,
          seconds,
          customers: options.customers,
          ask: { query: TIMELINE, variables },
        };
        const told = (pair: number) => report.progress(`${histories}: pair ${pair} of ${pairs}`);
        const summary = summarise(await measureInPairs(stage, load, { pairs, told }));
        report.figure({
          figure: `timeline.${histories}`,
          unit: 'requests/s',
          ...summary,
          asked: 'at least 0.3 of the floor',
          met: summary.ratio >= 0.3,
          with: { connections: CONNECTIONS, ...summary.with },
        });
      }
    });
  },
};

/** First pages of many customers; pages anywhere in the histories of the few who have long ones. */
function pagesOf(customers: number) {
  const NEWEST = Date.UTC(2026, 10, 1, 12);
  const short = Array.from({ length: Math.min(customers, 2_000) }, (_, i) => ({
    customerId: customerIdOf(Math.floor((i * customers) / Math.min(customers, 2_000))),
    until: null,
  }));
  const long = longHistoriesOf(customers).flatMap((number) =>
    Array.from({ length: 50 }, (_, i) => ({
      customerId: customerIdOf(number),
      until: new Date(NEWEST - i * 12 * 86_400_000).toISOString(),
    })),
  );
  return { short, long };
}
