import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** The figures of one process, as prom-client writes them down. */
export type Figures = readonly MetricObjectWithValues<MetricValue<string>>[];

/** What a process tells the one that started it. */
export type FromProcess =
  | { readonly say: 'ready'; readonly url: string }
  /** It cannot serve; it ends right after. */
  | { readonly say: 'failed'; readonly reason: string }
  /** Somebody asked it for the figures of all. */
  | { readonly say: 'ask-figures'; readonly id: number }
  | { readonly say: 'figures'; readonly id: number; readonly figures: Figures };

/** What it is told. */
export type ToProcess =
  | { readonly say: 'give-figures'; readonly id: number }
  /** Of every process that answered in time. */
  | { readonly say: 'all-figures'; readonly id: number; readonly all: readonly Figures[] };
