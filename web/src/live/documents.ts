const ENTRY = `
  id reference status channel subject language lastMessageAt
  customer { id displayName }
  assignee { id name }`;

/** The list as it stands, and the place in the journal from which to follow it. */
export const CONVERSATIONS = `
query LiveConversations {
  cursor
  conversations(first: 30) {
    nodes {${ENTRY}
      messages(first: 1) { nodes { text authorKind } }
    }
  }
}`;

export const CONVERSATION_EVENTS = `
subscription LiveConversationEvents($after: String) {
  conversationEvents(after: $after) {
    cursor
    event {
      type recordedAt left
      conversation {${ENTRY}
      }
      message { text authorKind }
    }
  }
}`;

export const CHANNELS = `
subscription LiveChannels($after: String) {
  channelOverview(after: $after) {
    cursor
    overview {
      channels { channel openCount waitingCount longestWaitingSince answeredCount firstResponseP50Seconds }
      movingOrders { status count }
      staleSources { name lastHeardAt }
    }
  }
}`;

export const PACKETS = `
subscription LivePackets($customerId: ID!, $after: String) {
  contextPackets(customerId: $customerId, after: $after) {
    cursor
    packet {
      version customerId changed
      causes { type occurredAt recordedAt }
      profile { displayName language preferredChannel market customerSince }
      identities { kind value verified }
      conversations {
        id reference status channel subject topic language lastMessageAt
        assignee { id name }
        messages { id direction authorKind text occurredAt }
      }
      orders {
        id number status placedAt
        total { amountMinor currency }
        lines { sku title quantity }
        shipments { id carrier trackingNumber status statusOccurredAt lastPlace }
        returns { id status reason }
      }
      basket { lines { sku title quantity } }
      browsing { id kind query title sku occurredAt }
      stock { sku title locations { name distanceKm available } }
      routing { conversationId reference waiting assignee { id name } explanation }
    }
  }
}`;
