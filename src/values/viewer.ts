import type { Purpose } from './consents.ts';
import type { AgentId, CustomerId, InboxId, PartnerId } from './ids.ts';
import type { Right } from './rights.ts';
import type { Role } from './vocabulary.ts';

/** Who asks: made once from a key or a token, never from input. */
export interface Viewer {
  /** Stable name of the caller: the id of an API key, `jwt:` and a keyed hash of issuer and subject, or `system:<what>`. No personal data. */
  readonly principal: string;
  readonly role: Role;
  /** Rights that the caller may use: the role's, narrowed by the key's or token's scopes. Empty means none. */
  readonly rights: ReadonlySet<Right>;
  /** What the caller uses data of persons for. Null or absent: whatever its role does. */
  readonly purposes?: ReadonlySet<Purpose> | null;
  /** Who the caller is or speaks for, by role; null otherwise. */
  readonly agentId: AgentId | null;
  readonly partnerId: PartnerId | null;
  readonly customerId: CustomerId | null;
  /**
   * True: nobody has named who this is, and of the person that the customer may be one with nothing is theirs to see but what stands
   * under this very id. Absent: false.
   */
  readonly isAnonymous?: boolean;
  /** Where chat messages of a visitor's browser go. Null or absent: the caller is none, or named no inbox. */
  readonly inboxId?: InboxId | null;
  /** When the token or key ends. Null: it does not end by itself. */
  readonly expiresAt: Date | null;
}
