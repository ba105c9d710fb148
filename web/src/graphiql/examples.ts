/** The tabs that a newcomer finds: the whole context in one query, the same as a stream, and every event. */
export const CONTEXT_QUERY = `# Everything about one customer, typed, in one query.
# Ctrl-Enter (Cmd-Enter on a Mac) runs it, Ctrl-Space shows what else there is.
# "cursor" is the place in the journal that this was read at: the next tab takes it as "after".
query Context($customerId: ID!) {
  cursor
  contextPacket(customerId: $customerId) {
    version
    profile { displayName language preferredChannel }
    identities { kind value verified }
    conversations {
      reference
      status
      channel
      assignee { name }
      messages { authorKind text occurredAt }
    }
    orders {
      number
      status
      total { amountMinor currency }
      shipments { carrier trackingNumber status lastPlace }
      returns { status reason }
    }
    stock { sku title locations { name distanceKm available } }
    routing { reference waiting assignee { name } }
  }
}
`;

export const PACKET_SUBSCRIPTION = `# A packet for each change of this customer, over a WebSocket.
# Each payload carries a cursor; give the last one as "after" to go on without a gap.
subscription Packets($customerId: ID!, $after: String) {
  contextPackets(customerId: $customerId, after: $after) {
    cursor
    packet {
      version
      changed
      causes { type occurredAt recordedAt }
      conversations { reference status messages { authorKind text } }
      orders { number status shipments { status lastPlace } }
      stock { sku locations { name available } }
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

/** Somebody whom the examples can speak of. */
export const NEWEST_CUSTOMER = `query NewestCustomer { conversations(first: 1) { nodes { customer { id } } } }`;

export function tabsFor(customerId: string | null) {
  const variables = JSON.stringify({ customerId: customerId ?? 'cus_…' }, null, 2);
  return [
    { query: CONTEXT_QUERY, variables },
    { query: PACKET_SUBSCRIPTION, variables },
    { query: EVENT_SUBSCRIPTION },
  ];
}
