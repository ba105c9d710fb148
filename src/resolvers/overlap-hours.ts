/** The argument of every mutation that gives another secret. */
export const OVERLAP_HOURS = {
  defaultValue: 24,
  description: 'How long the secret until now stays good, in hours, 0 to 720. 0: it is refused at once.',
};
