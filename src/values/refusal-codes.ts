/** Codes of expected refusals. One list; a code is never reused with another meaning. */
export const REFUSAL_CODES = {
  INVALID_INPUT:
    'A value is malformed, too long, out of range or contradicts another value. Correct it and send again.',
  NOT_FOUND: 'Nothing with this id exists, or it is not visible to you; both answer alike.',
  NOT_ALLOWED: 'You may see the object but may not do this to it.',
  CONFLICT: 'The object changed since you read it, or another writer won. Read again, then decide.',
  IDEMPOTENCY_KEY_REUSED: 'This key was used before with another input. Use a new key for a new act.',
  EXTERNAL_ID_REUSED: 'This external id was used before in this inbox for another message.',
  CONVERSATION_RESOLVED: 'The conversation is resolved. Reopen it first.',
  CONVERSATION_OPEN: 'The conversation is open already.',
  CONVERSATION_MERGED: 'The conversation was merged into another one. Act on the one that `mergedInto` names.',
  OTHER_PERSON: 'The two belong to different persons and must not be joined.',
  NO_ENDPOINT: 'The conversation has no address of the customer to reply to.',
  PUBLIC_REPLY:
    'The reply would be public, and this conversation went on in private. Send it to the private leg, or say that it is meant to be public.',
  CONTROL_HELD: 'Another party holds control of this conversation. Wait until it is released or handed over.',
  NO_FREE_PLACE: 'The agent is not at work or has no free place. Choose another one, or insist if you may.',
  NO_FIT_AGENT: 'No agent is fit, online and free at the moment. The conversation stays waiting.',
  INSUFFICIENT_STOCK: 'There are fewer units than asked for.',
  CURRENCY_MISMATCH: 'The currency differs from the one the order was placed in.',
  ALREADY_REVOKED: 'This key or viewer is revoked already.',
  ATTACHMENT_NOT_READY: 'The attachment is not checked yet, or was found to be harmful. Wait for `attachment.checked`.',
  IDENTITY_TAKEN: 'Another customer has this identity. Joining two customers is an act of its own.',
  NAME_TAKEN: 'Another one has this name.',
  ORDER_STATUS: 'Where the order stands does not allow this. `possibleChanges` says what it allows.',
  ITEMS_CHANGED_BEFORE: 'The items of the order were changed before; nothing else can be changed after that.',
  REASON_NOT_ACCEPTED: 'This reason is none that the shop accepts.',
  PAYMENT_MEANS: 'These means of payment cannot be used for this. The message says which can.',
  OTHER_PRODUCT: 'An article can only be changed to another variant of the same product.',
  RETURN_STATUS: 'Where the return stands does not allow this step. `nextStatuses` says which it allows.',
  SLOT_FULL: 'Everybody who can pick up then has said so already, or the time is over.',
  HOLD_OVER: 'What was held is held no more: it was collected or released, or its time ran out.',
  CUSTOMER_ERASED:
    'Whoever this is about was erased. Nothing of it was kept; it is not a mistake of yours, and need not be sent again.',
  CONSENT_WITHDRAWN:
    'The person does not want to be written to for this purpose over this channel. Use a channel that they allow, or wait until they agree anew.',
  CONSENT_MISSING: 'The person has to agree before they are advertised to over this channel. Ask them, and record it.',
  ALREADY_CONTACTED: 'The person was written to about this before, or has had enough advertisements lately. Let it be.',
  NOT_MERGED: 'This customer is a person of its own: there is no merge to take back.',
  NOTHING_TO_ROLL_BACK: 'The routing policy that Punos brings holds: nothing came before it.',
  LEGAL_HOLD:
    'A court or an office asks to keep this person or one of their orders. Release the hold first, if you may.',
  RETURNED_BEFORE: 'These units come back by an earlier return already.',
} as const;

export type RefusalCode = keyof typeof REFUSAL_CODES;
