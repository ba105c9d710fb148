import { expect, test } from 'vitest';

import { purposeSet } from '../../../src/services/access/purposes.ts';
import { redactPacket } from '../../../src/services/privacy/redact-packet.ts';
import type { ConsentState, Purpose } from '../../../src/values/consents.ts';
import { aViewer } from '../../support/scopes.ts';

/** A packet in which a visit is told of, and that the person came into a segment by it. */
const packetWith = (consents: readonly { purpose: Purpose; state: ConsentState }[]) =>
  ({
    ...{ consents, notAgreedTo: [], profile: { traits: ['trait'], segments: ['segment'] }, asOf: {}, changed: [] },
    causes: ['activity.recorded', 'customer.segment_entered', 'customer.segment_left', 'message.received'].map(
      (type) => ({ type }),
    ),
  }) as unknown as Parameters<typeof redactPacket>[1];

test('I1: of what is hidden no cause says that it happened: neither a visit nor that somebody came into a segment or left one', () => {
  const agent = aViewer('agent');
  const causes = (viewer: typeof agent, ...consents: Parameters<typeof packetWith>[0]) =>
    redactPacket(viewer, packetWith(consents)).causes.map(({ type }) => type);

  expect(causes(agent)).toHaveLength(4);
  expect(causes(agent, { purpose: 'profiling', state: 'withdrawn' })).toEqual(['message.received']);
  expect(causes(aViewer('agent', { purposes: purposeSet('agent', ['service']) }))).toEqual(['message.received']);
});
