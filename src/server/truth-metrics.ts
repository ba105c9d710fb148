import { Gauge, type Registry } from 'prom-client';

import type { AccuracyDay } from '../services/figures/read-accuracy.ts';
import type { FreshnessReport } from '../services/figures/read-freshness-report.ts';

/** What figures of freshness and accuracy are made of. */
export interface Truth {
  /** Of today, if anything was compared. */
  accuracy: () => Promise<readonly AccuracyDay[]>;
  /** Of the last hour. */
  freshness: () => Promise<FreshnessReport>;
}

/** A report reads an hour of facts: the gauges of a scrape share it, and scrapes that come more often get the one before. */
const REPORT_KEPT_MS = 60_000;
const DAY_KEPT_MS = 10_000;

type Labels = Readonly<Record<string, string>>;

/** Gauges of how fresh and how right orders are told. Without the database they stay as they were: the other figures are worth more than ever. */
export function truthMetrics(registers: Registry[], given: () => Truth): void {
  const freshness = keptFor(REPORT_KEPT_MS, () => given().freshness());
  const accuracy = keptFor(DAY_KEPT_MS, () => given().accuracy());

  /** A gauge with all its values made anew of what was read. */
  function gauge<T>(
    about: { readonly name: string; readonly help: string; readonly labels: readonly string[] },
    read: () => Promise<T | null>,
    valuesOf: (found: T) => Iterable<readonly [Labels, number | null]>,
  ): void {
    const { name, help, labels } = about;
    new Gauge({
      ...{ name, help, labelNames: labels as string[], registers },
      async collect() {
        const found = await read();
        if (found === null) return;
        this.reset();
        for (const [of, value] of valuesOf(found)) if (value !== null) this.set(of, value);
      },
    });
  }

  gauge(
    {
      name: 'punos_source_lag_seconds',
      help: 'From when something happened, by its source, to when readers could know, over the last hour.',
      labels: ['kind', 'source', 'measure', 'quantile'],
    },
    freshness,
    ({ sources }) =>
      sources.flatMap(({ kind, name: source, measure, p50Seconds, p95Seconds }) => [
        [{ kind, source, measure, quantile: '0.5' }, p50Seconds] as const,
        [{ kind, source, measure, quantile: '0.95' }, p95Seconds] as const,
      ]),
  );
  gauge(
    {
      name: 'punos_source_in_time_ratio',
      help: 'Share of news of the last hour that came in time: statuses within 60 s, returns within 24 h.',
      labels: ['kind', 'source', 'measure'],
    },
    freshness,
    ({ sources }) =>
      sources.map(({ kind, name: source, measure, shareInTime }) => [{ kind, source, measure }, shareInTime] as const),
  );
  gauge(
    {
      name: 'punos_touchpoint_in_time_ratio',
      help: 'Share of samples of the last hour that showed what had happened, statuses no more than 60 s and returns no more than 24 h behind.',
      labels: ['touchpoint', 'channel', 'measure'],
    },
    freshness,
    ({ touchpoints }) =>
      touchpoints.map(
        ({ touchpoint, channel, measure, shareInTime }) => [{ touchpoint, channel, measure }, shareInTime] as const,
      ),
  );
  gauge(
    {
      name: 'punos_accuracy_ratio',
      help: 'Share of the statuses shown today (UTC), by samples, that were known to be so; below 0.95 is less than was agreed.',
      labels: ['touchpoint', 'channel'],
    },
    accuracy,
    ([today]) =>
      (today?.touchpoints ?? []).map(({ touchpoint, channel, share }) => [{ touchpoint, channel }, share] as const),
  );
  gauge(
    {
      name: 'punos_accuracy_samples',
      help: 'Of how many samples that is the share.',
      labels: ['touchpoint', 'channel'],
    },
    accuracy,
    ([today]) =>
      (today?.touchpoints ?? []).map(({ touchpoint, channel, served }) => [{ touchpoint, channel }, served] as const),
  );
}

/** What was read last, for as long; null where it could not be read. Several who ask at once wait for one reading. */
function keptFor<T>(ms: number, read: () => Promise<T>): () => Promise<T | null> {
  let kept: Promise<T | null> = Promise.resolve(null);
  let readAtMs = -Infinity;
  return () => {
    if (performance.now() - readAtMs >= ms) {
      readAtMs = performance.now();
      kept = read().catch(() => null);
    }
    return kept;
  };
}
