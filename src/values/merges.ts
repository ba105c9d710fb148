/** Why several customers are one person. */
export const MERGE_REASONS = ['staff', 'login', 'identity', 'proposal', 'confidence'] as const;
export type MergeReason = (typeof MERGE_REASONS)[number];

/** What of a person is counted before a merge. */
export const JOINED_KINDS = ['identities', 'conversations', 'messages', 'orders', 'activities', 'traits'] as const;
export type JoinedKind = (typeof JOINED_KINDS)[number];

/** Where a proposal to merge two persons stands. */
export const PROPOSAL_STATES = ['open', 'accepted', 'rejected'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];
