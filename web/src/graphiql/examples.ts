/** The tabs that a newcomer finds: the whole context in one query, and the same as a stream. */
export const CONTEXT_QUERY = `# Everything about the newest customers, typed, in one query.
# Ctrl-Enter (Cmd-Enter on a Mac) runs it. Ctrl-Space shows what else there is.
query Context {
  cursor
  customers(first: 3) {
    nodes {
      id
      displayName
      language
      identities { kind value verified }
      conversations(first: 2) {
        nodes {
          reference
          status
          channel
          assignee { name }
          messages(first: 3) { nodes { authorKind text occurredAt } }
        }
      }
      orders(first: 2) {
        nodes {
          number
          status
          shipments { carrier trackingNumber status }
        }
      }
    }
  }
}
`;

export const PACKET_SUBSCRIPTION = `# One packet for each change of a customer: take an id from the first tab into the variables.
# Each payload carries a cursor; give the last one as "after" to go on without a gap.
subscription Packets($customerId: ID!, $after: String) {
  contextPackets(customerId: $customerId, after: $after) {
    cursor
    packet {
      version
      changed
      causes { type occurredAt recordedAt }
      profile { displayName language }
      conversations { reference status messages { authorKind text } }
      orders { number status shipments { status lastPlace } }
      stock { sku locations { name available distanceKm } }
    }
  }
}
`;

export const EVENT_SUBSCRIPTION = `# Every event of every conversation, as it is committed.
subscription ConversationEvents {
  conversationEvents {
    cursor
    event {
      type
      recordedAt
      conversation { reference status channel customer { displayName } }
      message { authorKind text }
    }
  }
}
`;
