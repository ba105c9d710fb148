import type { DropReason, IdentityRules } from '../../../values/identity-rules.ts';
import { matchKeyOf } from '../../../values/match-key.ts';
import { Refusal } from '../../../values/refusal.ts';
import { visibleText } from '../../../values/visible-text.ts';
import type { IdentityKind } from '../../../values/vocabulary.ts';
import { normalizeIdentity } from '../normalize-identity.ts';
import { isBlocked } from './blocked-values.ts';

/** An identifier as an event tells it. */
export interface StatedIdentity {
  readonly kind: IdentityKind;
  readonly value: string;
  /** True when the source vouches that it is this person's. Default: false. */
  readonly verified?: boolean | null;
}

/** An identifier of an event that can be compared. */
export interface ToldIdentity {
  readonly kind: IdentityKind;
  readonly value: string;
  readonly verified: boolean;
  readonly normalized: string;
  readonly matchKey: string;
  /** Within which a strong id is one person's: what stands before the last colon, or else the source. */
  readonly namespace: string;
}

/** An identifier of an event that is not taken, and why. */
export interface DroppedIdentity {
  readonly kind: IdentityKind;
  /** As it came, as far as it can be stored. */
  readonly value: string;
  readonly matchKey: string;
  readonly verified: boolean;
  readonly reason: DropReason;
}

const LONGEST_KEPT = 320;

/** Reads an identifier in the country `market`. Never throws: what cannot be used is dropped with a reason. */
export function readStated(
  rules: IdentityRules,
  { kind, value, verified }: StatedIdentity,
  { market, source }: { market: string | null; source: string },
): ToldIdentity | DroppedIdentity {
  const kept = visibleText(value).slice(0, LONGEST_KEPT).replaceAll('\0', '').toWellFormed();
  const drop = (reason: DropReason): DroppedIdentity => ({
    ...{ kind, value: kept, matchKey: kept, verified: verified === true, reason },
  });
  if (isBlocked(rules, kind, kept)) return drop('blocked');
  try {
    const normalized = normalizeIdentity(kind, value, { market });
    if (isBlocked(rules, kind, normalized)) return drop('blocked');
    const matchKey = matchKeyOf(kind, normalized);
    return {
      ...{ kind, value: visibleText(value), verified: verified === true, normalized, matchKey },
      namespace: namespaceOf(kind, normalized, source),
    };
  } catch (error) {
    if (error instanceof Refusal) return drop('malformed');
    throw error;
  }
}

type Read = ToldIdentity | DroppedIdentity;
export const isDropped = (read: Read): read is DroppedIdentity => 'reason' in read;
export const isTold = (read: Read): read is ToldIdentity => !isDropped(read);

/** One system's ids of one kind: `shop:7` and `shop:8` are of one namespace, `shop:order:7` is of another. Other kinds have one. */
export function namespaceOf(kind: IdentityKind, normalized: string, source: string): string {
  if (kind !== 'external_id' && kind !== 'social_handle') return '';
  const colon = normalized.lastIndexOf(':');
  return colon < 0 ? source : normalized.slice(0, colon);
}
