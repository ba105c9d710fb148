import type { PartyInput } from '../../schema/conversations/control.ts';
import type { Party } from '../../services/conversations/party.ts';

/** The argument of mutations that depend on who holds control. */
export const EXPECTED_HOLDER = {
  nullable: true,
  description:
    'Who you believe holds it, `{}` nobody; refused (CONFLICT) when it is another one by now. Null or absent: whoever it is.',
} as const;

/** Undefined: whoever it is; null: nobody. */
export const toExpectedHolder = (expected: PartyInput | null): Party | null | undefined => {
  if (!expected) return undefined;
  const { kind, id } = expected;
  return kind && id ? { kind, id } : null;
};
