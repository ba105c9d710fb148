/** The argument of every mutation that may be sent again. */
export const IDEMPOTENCY_KEY = {
  nullable: true,
  description:
    'Your name for this act, 1 to 200 characters: a repeat with the same key and input does nothing and answers with what stands now; with another input it is refused (IDEMPOTENCY_KEY_REUSED). Null or absent: a repeat is another act.',
} as const;
