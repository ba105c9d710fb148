import type { InboxId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { checkCredentials, checkInboxSettings, hoursRow, type InboxSettings } from './check-inbox.ts';
import { inboxColumns, type Inbox } from './conversation.ts';
import { newSigningSecret, sealFor, shownPrefix } from './inbox-secrets.ts';

/** What changes of an inbox. Absent stays; null takes away. */
export type InboxChange = Partial<InboxSettings> & {
  /** All of them, as they are from now on; a single one cannot be read back, so it cannot be kept. */
  readonly credentials?: readonly { readonly name: string; readonly value: string }[];
};

/** Changes an inbox. The first address of a bridge makes the secret that signs for it: shown this once. */
export async function updateInbox(
  scope: Scope,
  installation: Installation,
  id: string,
  change: InboxChange,
): Promise<{ id: InboxId; bridgeSecret: string | null }> {
  requireRight(scope.viewer, 'inboxes:write');
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [before] = await sql<
      Inbox[]
    >`select ${inboxColumns(sql)} from inboxes i where i.id = ${id} for no key update`;
    if (!before) throw new Refusal('NOT_FOUND', 'There is no inbox with this id.', ['id']);
    const { credentials, ...settings } = change;
    const after = checkInboxSettings({ ...before, ...settings });
    const bridgeSecret = after.bridgeUrl !== null && before.bridgeUrl === null ? newSigningSecret() : null;
    const sealed = credentials === undefined ? null : checkCredentials(credentials);
    await sql`
      update inboxes set name = ${after.name}, address = ${after.address}, brand = ${after.brand},
        market = ${after.market}, business_hours = ${after.businessHours && sql.json(hoursRow(after.businessHours))},
        bridge_url = ${after.bridgeUrl}, routing = ${after.routing}
        ${credentials === undefined ? sql`` : sql`, credentials = ${sealed && sealFor(installation, before.id, 'credentials', sealed)}`}
        ${bridgeSecret === null ? sql`` : sql`, bridge_secret = ${sealFor(installation, before.id, 'bridge', bridgeSecret)}, bridge_secret_prefix = ${shownPrefix(bridgeSecret)}`}
        ${credentials === undefined && change.bridgeUrl === undefined ? sql`` : sql`, sending_stopped_at = null`}
        ${after.bridgeUrl === null ? sql`, bridge_secret = null, bridge_secret_prefix = null` : sql``}
      where id = ${before.id}`;
    recordFact(tx, {
      type: 'inbox.recorded',
      streams: [stream.inboxRecord(before.id)],
      details: { inboxId: before.id, channel: before.channel },
    });
    return { id: before.id, bridgeSecret };
  });
}
