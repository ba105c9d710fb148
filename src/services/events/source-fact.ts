import type { SourceKind } from '../../values/sources.ts';
import { stream, topic, type Fact } from './fact.ts';

/** A fact about a system that tells facts. Its name is what it gives with each fact: a system's, never a person's. */
export const sourceFact = (type: 'source.stale' | 'source.recovered', kind: SourceKind, name: string): Fact => ({
  type,
  streams: [stream.source(kind, name)],
  topics: [topic.sources],
  details: { sourceKind: kind, source: name },
});
