import type { HoldState } from '../../values/holds.ts';
import { type Fact, stream, topic } from '../events/fact.ts';
import type { Hold } from './hold.ts';

/** A fact about what is held: on the streams of the person and the conversation. */
export const holdFact = (
  { id, customerId, conversationId, locationId, slotId }: Omit<Hold, 'lines' | 'state'>,
  became: 'made' | Exclude<HoldState, 'open'>,
): Fact => ({
  type: `hold.${became}`,
  streams: [stream.customer(customerId), ...(conversationId ? [stream.conversation(conversationId)] : [])],
  topics: [topic.location(locationId)],
  details: { holdId: id, customerId, conversationId, locationId, slotId },
});
