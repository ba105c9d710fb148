import { checkMoment } from '../../values/check-input.ts';
import { checkOptionalText, checkText } from '../../values/check-text.ts';
import type { ConsentState, OptInLevel } from '../../values/consents.ts';
import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { checkChannel } from '../customers/check-profile.ts';
import { lockCustomer } from '../customers/lock-customer.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import type { ConsentSubject } from './consent.ts';
import { keepConsent } from './keep-consent.ts';

/** What a person answered, as whoever asked them tells it. */
export interface ConsentAnswer extends Partial<ConsentSubject> {
  readonly purpose: ConsentSubject['purpose'];
  readonly state: ConsentState;
  /** Default: `single` where the person says so themselves, otherwise `unknown`. */
  readonly optInLevel?: OptInLevel | null;
  readonly source: string;
  readonly proof?: string | null;
  /** The source's clock. Default: the scope's now, and then it counts at once. */
  readonly occurredAt?: Date | null;
}

const MOST = 50;
const LONGEST_PROOF = 2_000;
/** A clock may be ahead of ours, not by more than clocks are. */
const MOST_AHEAD_MS = 5 * 60_000;

/**
 * Keeps what a person agreed to, denied or took back: all of it or, with a refusal, nothing. What came before stays in the versions. A customer may
 * say it of themselves.
 */
export async function setConsents(
  scope: Scope,
  customerId: string,
  answers: readonly ConsentAnswer[],
): Promise<CustomerId> {
  const isOwn = requireRight(scope.viewer, 'customers:write') === 'own';
  if (answers.length === 0 || answers.length > MOST)
    throw new Refusal('INVALID_INPUT', `Send 1 to ${MOST} consents at once.`, ['consents']);
  answers.forEach((answer, i) => checkAnswer(scope, answer, ['consents', String(i)], isOwn));
  return atomically(scope, async (tx) => {
    const { id: personId } = await lockCustomer(tx, customerId);
    // One after the other: a later answer of a list may be about the same.
    for (const { channel = null, jurisdiction = null, occurredAt, ...answer } of answers)
      await keepConsent(
        tx,
        { personId, customerId: personId },
        {
          ...answer,
          ...{ channel, jurisdiction, validFrom: occurredAt ?? tx.now, isAtOnce: occurredAt == null },
          optInLevel: answer.optInLevel ?? (isOwn ? 'single' : 'unknown'),
          proof: checkOptionalText(answer.proof, ['consents'], LONGEST_PROOF),
        },
      );
    return personId;
  });
}

function checkAnswer(scope: Scope, answer: ConsentAnswer, at: readonly string[], isOwn: boolean): void {
  const { channel, jurisdiction, optInLevel, source, proof, occurredAt } = answer;
  checkChannel(channel, [...at, 'channel']);
  if (jurisdiction != null && !/^(?:EU|[A-Z]{2}(?:-[A-Z0-9]{1,3})?)$/.test(jurisdiction))
    throw new Refusal(
      'INVALID_INPUT',
      '`jurisdiction` is a country or region of ISO 3166, for example DE or US-CA, or EU.',
      [...at, 'jurisdiction'],
    );
  checkText(source, [...at, 'source'], 100);
  checkOptionalText(proof, [...at, 'proof'], LONGEST_PROOF);
  if (isOwn && optInLevel === 'confirmed')
    throw new Refusal('NOT_ALLOWED', 'That an address was confirmed is for the system to say that confirmed it.', [
      ...at,
      'optInLevel',
    ]);
  if (!occurredAt) return;
  checkMoment(occurredAt, [...at, 'occurredAt']);
  if (occurredAt.getTime() > scope.now.getTime() + MOST_AHEAD_MS)
    throw new Refusal('INVALID_INPUT', 'Nobody has agreed tomorrow: `occurredAt` is ahead of our clock.', [
      ...at,
      'occurredAt',
    ]);
}
