import { liesAhead, RETURN_TRANSITIONS } from '../../values/order-axes.ts';
import { refundExpectedBy, returnRefundExpectedBy } from '../../values/refund-policy.ts';
import type { ReturnOutcome, ReturnStatus } from '../../values/vocabulary.ts';
import type { Clocks } from '../events/clocks.ts';
import type { KeptFact, ReturnRecorded } from './order-fact.ts';

export interface ReturnStep extends Clocks {
  readonly status: ReturnStatus;
  /** Who told it. Null: it was told before this was kept. */
  readonly source: string | null;
}
export interface FoldedReturnLine {
  readonly lineExternalId: string;
  readonly quantity: number;
  /** Units that arrived so far. Null: not counted. */
  readonly receivedQuantity: number | null;
  /** What goes out instead. Null: nothing, or not told. */
  readonly exchangeSku: string | null;
}

export interface FoldedReturn {
  readonly externalId: string;
  readonly outcome: ReturnOutcome;
  readonly status: ReturnStatus;
  readonly reason: string | null;
  readonly lines: readonly FoldedReturnLine[];
  /** The first telling of each status, in the order in which they became true; also those that were behind already. */
  readonly steps: readonly ReturnStep[];
  readonly refundMethod: string | null;
  readonly refundExpectedBy: Date | null;
  /** When the newest fact of it reached us. */
  readonly toldAt: Date;
  readonly requestedAt: Date;
  readonly statusOccurredAt: Date;
}

/** A return after one more fact of the time line. A status that does not lie ahead is history: it is a step, and moves nothing. */
export function foldReturn(known: FoldedReturn | undefined, fact: KeptFact & { body: ReturnRecorded }): FoldedReturn {
  const { body, source, occurredAt, receivedAt, recordedAt } = fact;
  const moves = !known || liesAhead(RETURN_TRANSITIONS, known.status, body.status);
  const status = moves ? body.status : known.status;
  const statusOccurredAt = moves ? occurredAt : known.statusOccurredAt;
  const refundMethod = body.refundMethod ?? known?.refundMethod ?? null;
  const outcome = body.outcome ?? (body.status === 'exchanged' ? 'exchange' : (known?.outcome ?? 'refund'));
  const isNewStep = !known?.steps.some((step) => step.status === body.status);
  const step = { status: body.status, source, occurredAt, receivedAt, recordedAt };
  const steps = isNewStep ? [...(known?.steps ?? []), step] : known!.steps;
  return {
    externalId: body.externalId,
    outcome,
    status,
    reason: body.reason ?? known?.reason ?? null,
    lines: body.lines ? body.lines.map((line) => lineOf(line, known)) : (known?.lines ?? []),
    steps,
    refundMethod,
    refundExpectedBy: outcome === 'refund' ? refundDue(status, steps, refundMethod) : null,
    toldAt: known && known.toldAt > receivedAt ? known.toldAt : receivedAt,
    requestedAt: known && known.requestedAt < occurredAt ? known.requestedAt : occurredAt,
    statusOccurredAt,
  };
}

/** What was told before of a line stays where it is not told again. */
function lineOf(line: NonNullable<ReturnRecorded['lines']>[number], known: FoldedReturn | undefined): FoldedReturnLine {
  const before = known?.lines.find((one) => one.lineExternalId === line.lineExternalId);
  return {
    lineExternalId: line.lineExternalId,
    quantity: line.quantity,
    receivedQuantity: line.receivedQuantity ?? before?.receivedQuantity ?? null,
    exchangeSku: line.exchangeSku ?? before?.exchangeSku ?? null,
  };
}

/** Counted from when the goods came back, and anew from when the money was sent. */
function refundDue(status: ReturnStatus, steps: readonly ReturnStep[], method: string | null): Date | null {
  const at = (asked: ReturnStatus) => steps.find((step) => step.status === asked)?.occurredAt;
  if (status === 'refunded') return refundExpectedBy(at('refunded')!, method);
  const backAt = at('received') ?? at('inspected');
  return backAt && (status === 'received' || status === 'inspected') ? returnRefundExpectedBy(backAt, method) : null;
}
