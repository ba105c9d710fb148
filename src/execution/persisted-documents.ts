import { hash } from 'node:crypto';

import { BoundedMap } from './bounded-map.ts';
import { rejected } from './rejection.ts';

/** Documents that clients registered, kept until others push them out: who finds its own gone registers it again. */
const KEPT = 1_000;

export const sha256Of = (text: string): string => hash('sha256', text);

/** Documents by the names that requests give instead of their text. */
export class PersistedDocuments {
  readonly #known: ReadonlyMap<string, string>;
  readonly #registered = new BoundedMap<string>(KEPT);
  readonly #maxBytes: number;

  /** `known` are there from the start, by their ids and hashes. */
  constructor({ known = new Map(), maxBytes }: { known?: ReadonlyMap<string, string>; maxBytes: number }) {
    this.#known = known;
    this.#maxBytes = maxBytes;
  }

  find(id: string): string | undefined {
    return this.#known.get(id) ?? this.#registered.get(id);
  }

  /** Keeps a text under its hash, unless no request could run it anyway. */
  register(sha256: string, text: string): void {
    if (!this.#known.has(sha256) && Buffer.byteLength(text) <= this.#maxBytes) this.#registered.set(sha256, text);
  }

  /**
   * The text that a request means: its own, or the one that it names by Apollo's protocol of automatic persisted queries. What it says
   * of itself must be true; a text that came with its hash is known from here on.
   */
  resolve(query: unknown, extensions: unknown): unknown {
    const persisted = persistedIn(extensions);
    if (persisted === undefined) return query;
    const { version, sha256Hash } = persisted;
    if (version !== 1) throw rejected('BAD_REQUEST', 'Unsupported persisted query version');
    if (typeof sha256Hash !== 'string') throw rejected('BAD_REQUEST', '`sha256Hash` is a text.');
    // Clients of graphql-ws cannot leave the query out: theirs is empty.
    if (query === undefined || query === null || query === '') {
      const text = this.find(sha256Hash);
      if (text === undefined) throw rejected('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
      return text;
    }
    if (typeof query !== 'string') return query;
    if (this.find(sha256Hash) === query) return query;
    if (sha256Of(query) !== sha256Hash) throw rejected('BAD_REQUEST', 'provided sha does not match query');
    this.register(sha256Hash, query);
    return query;
  }
}

/** What a request says of its document. Undefined: it says nothing. */
export function persistedIn(extensions: unknown): { version?: unknown; sha256Hash?: unknown } | undefined {
  if (extensions === undefined || extensions === null) return undefined;
  if (typeof extensions !== 'object' || Array.isArray(extensions))
    throw rejected('BAD_REQUEST', '`extensions` is an object or null.');
  const { persistedQuery } = extensions as { persistedQuery?: unknown };
  if (persistedQuery === undefined || persistedQuery === null) return undefined;
  if (typeof persistedQuery !== 'object') throw rejected('BAD_REQUEST', '`persistedQuery` is an object.');
  return persistedQuery;
}
