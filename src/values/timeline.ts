/** What an entry of a timeline tells. */
export const TIMELINE_KINDS = [
  'message',
  'note',
  'conversation_opened',
  'conversation_resolved',
  'conversation_reopened',
  'handed_off',
  'routed',
  'order_placed',
  'order_status_changed',
  'tracking',
  'return_step',
  'activity',
  'identity_added',
  'trait_changed',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];
