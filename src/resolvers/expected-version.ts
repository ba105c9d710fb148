/** The argument of acts that must not be done on an older state than the caller saw. */
export const EXPECTED_VERSION = {
  nullable: true,
  description:
    '`version` of the conversation that you saw: done only if nothing happened since, else refused with CONFLICT and the version now (`VersionConflictError`). Null or absent: done in any case.',
} as const;
