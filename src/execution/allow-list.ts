import type { Role } from '../values/vocabulary.ts';
import { BoundedMap } from './bounded-map.ts';
import { sha256Of } from './persisted-documents.ts';
import { rejected } from './rejection.ts';

export interface AllowListSettings {
  /** `log` lets everything pass and tells what `enforce` would refuse. */
  readonly mode: 'off' | 'log' | 'enforce';
  readonly roles: readonly Role[];
  /** Texts of the documents on the list. */
  readonly texts: Iterable<string>;
  /** Called once for each document that is not on the list, as long as it is remembered. */
  readonly onStranger: (sha256: string, role: Role) => void;
}

const REMEMBERED = 1_000;

/** Throws for a document that this role may not run because nobody put it on the list. */
export type CheckAllowed = (text: string, role: Role) => void;

/**
 * Asked before a text is parsed. The hash decides and not the way in which a document came: a text that is on the list runs however
 * it was sent.
 */
export function allowList({ mode, roles, texts, onStranger }: AllowListSettings): CheckAllowed {
  if (mode === 'off') return () => undefined;
  const listed = new Set<string>([...texts].map(sha256Of));
  const known = new BoundedMap<boolean>(REMEMBERED);
  return (text, role) => {
    if (!roles.includes(role)) return;
    let isListed = known.get(text);
    if (isListed === undefined) {
      const sha256 = sha256Of(text);
      isListed = listed.has(sha256);
      known.set(text, isListed);
      if (!isListed) onStranger(sha256, role);
    }
    if (!isListed && mode === 'enforce')
      throw rejected(
        'DOCUMENT_NOT_ALLOWED',
        'Only documents on the allow-list of this server run for your role. Add yours to the list, byte by byte as it is sent.',
      );
  };
}
