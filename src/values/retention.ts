/** What is kept for a time only, where a rule says so. Each with the moment that its age is counted from. */
export const RETENTION_CLASSES = {
  activity: 'Visits, searches, baskets, store visits, reviews: from when they were recorded.',
  conversations:
    'Resolved conversations with all that was written in them: from their last message, or from when they were resolved.',
  persons: 'Everybody of whom nothing is heard any more: from their last contact, order or activity. They are erased.',
} as const;
export type RetentionClass = keyof typeof RETENTION_CLASSES;
