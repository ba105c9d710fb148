/** What is written down about reading, and when. */
export const AUDIT_ACTS = {
  read: 'A query, a change’s answer, a webhook or a file showed persons.',
  opened: 'A subscription began.',
  shown: 'A running subscription showed persons for the first time.',
  closed: 'A subscription ended.',
} as const;
export type AuditAct = keyof typeof AUDIT_ACTS;
