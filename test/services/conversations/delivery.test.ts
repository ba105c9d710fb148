import fc from 'fast-check';
import { expect, test } from 'vitest';

import { withReport, type Delivery, type DeliveryReport } from '../../../src/services/conversations/delivery.ts';

const QUEUED: Delivery = {
  messageId: 'msg_1',
  inboxId: 'inb_1',
  channel: 'sms',
  endpointId: 'end_1',
  state: 'queued',
  attemptCount: 1,
  nextAttemptAt: new Date(1_000),
  failure: 'channel_down',
  failureText: 'busy',
  queuedAt: new Date(0),
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
};
const at = (seconds: number) => new Date(seconds * 1_000);
const after = (...reports: DeliveryReport[]) => reports.reduce(withReport<Delivery>, QUEUED);

test('a message moves forward, and a late report only adds the clock it brings', () => {
  const read = after({ state: 'sent', occurredAt: at(2) }, { state: 'read', occurredAt: at(9) });

  const late = withReport(read, { state: 'delivered', occurredAt: at(5) });

  expect(read).toMatchObject({ state: 'read', sentAt: at(2), deliveredAt: null, readAt: at(9), nextAttemptAt: null });
  expect(late).toEqual({ ...read, deliveredAt: at(5) });
});

test('the very same object comes back when nothing is new', () => {
  const sent = after({ state: 'sent', occurredAt: at(2) });

  expect(withReport(sent, { state: 'sent', occurredAt: at(2) })).toBe(sent);
  expect(withReport(sent, { state: 'sent', occurredAt: at(3) })).toBe(sent);
});

test('a failure beats "sent", and proof of arrival beats a failure', () => {
  const failed = after(
    { state: 'failed', occurredAt: at(3), failure: 'timed_out', failureText: 'no answer' },
    { state: 'sent', occurredAt: at(4) },
  );

  expect(failed).toMatchObject({ state: 'failed', failure: 'timed_out', failureText: 'no answer', sentAt: at(4) });
  expect(withReport(failed, { state: 'delivered', occurredAt: at(5) })).toMatchObject({ state: 'delivered' });
});

test('any order and any repetition of reports ends with the same delivery', () => {
  const report = fc.record({
    state: fc.constantFrom<DeliveryReport['state']>('sent', 'delivered', 'read', 'failed'),
    occurredAt: fc.integer({ min: 0, max: 4 }).map(at),
    failure: fc.constantFrom<DeliveryReport['failure']>('rejected', 'timed_out', null),
    failureText: fc.constantFrom('a', 'b', null),
  });
  const shuffled = fc
    .array(report, { minLength: 1, maxLength: 8 })
    .chain((reports) =>
      fc.tuple(
        fc.constant(reports),
        fc.shuffledSubarray([...reports, ...reports], { minLength: 2 * reports.length, maxLength: 2 * reports.length }),
      ),
    );

  fc.assert(
    fc.property(shuffled, ([reports, again]) => {
      expect(after(...again)).toEqual(after(...reports));
    }),
    { numRuns: 2_000 },
  );
});
