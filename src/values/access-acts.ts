/** What is done to somebody's access. */
export const ACCESS_ACTS = {
  created: 'A key was made.',
  changed: 'Name, role or scopes of a key were changed.',
  rotated: 'A key was given another secret.',
  revoked: 'A key, or all tokens of a subject, were ended.',
} as const;
export type AccessAct = keyof typeof ACCESS_ACTS;
