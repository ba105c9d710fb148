/** Every field of a packet. */
const PACKET = `
  customerId memberIds version changed
  causes { type occurredAt receivedAt recordedAt }
  asOf { profile identities conversations orders basket browsing reviews stock routing }
  profile { displayName givenName familyName language market timeZone preferredChannel customerSince doNotContact
    quietHours { timeZone from to } traits { key kind text number boolean moment source validFrom } }
  identities { kind value verified lastSeenAt }
  conversations {
    id reference subject topic language status channel openedAt lastMessageAt resolvedAt
    issueType priority tags outcome snoozedUntil linkedOrderIds version
    assignee { id name presence }
    control { kind id since }
    handoff { id fromKind toKind summary handedAt }
    messages { id direction authorKind channel text occurredAt deliveryState }
    notes { id direction authorKind channel text occurredAt deliveryState }
  }
  orders {
    id number status statusOccurredAt paymentStatus placedAt total { amountMinor currency }
    lines { sku title quantity variantId }
    shipments { id carrier trackingNumber status statusOccurredAt estimatedDeliveryAt lastPlace }
    returns { id status reason requestedAt statusOccurredAt }
  }
  basket { changedAt source lines { sku quantity title variantId unitPrice { amountMinor currency } } }
  browsing { id kind channel occurredAt url title query hitCount sku variantId }
  reviews { id kind occurredAt sku rating title text isPublic survey question score answer conversationId }
  stock { variantId sku title locations { locationId name available asOf distanceKm } }
  routing { conversationId reference waiting assignee { id name presence } decidedAt explanation }`;

export const CONTEXT_QUERY = `query Context($customerId: ID!) { contextPacket(customerId: $customerId) {${PACKET}} }`;

export const CONTEXT_PACKETS = `subscription Packets($customerId: ID!, $after: String) {
  contextPackets(customerId: $customerId, after: $after) { cursor leftCustomerId packet {${PACKET}} }
}`;

/** What a chatbot watches: the person, the talk and where the parcels are. */
export const BOT_PACKETS = `subscription BotPackets($customerId: ID!) {
  contextPackets(customerId: $customerId) { cursor packet {
    version changed
    profile { displayName language preferredChannel doNotContact }
    conversations { id reference subject status channel control { kind id } messages { id direction text occurredAt } }
    orders { number status statusOccurredAt shipments { carrier trackingNumber status lastPlace } }
  } }
}`;

export const SEARCH = `query Search($query: String!) {
  customerSearch(query: $query, first: 20) {
    edges { score matchedOn node { id displayName language market preferredChannel } }
    pageInfo { hasNextPage }
  }
}`;

export const TIMELINE = `query Timeline($customerId: ID!, $until: DateTime) {
  customer(id: $customerId) {
    timeline(first: 20, filter: { until: $until }) {
      nodes {
        id kind occurredAt channel
        ... on TimelineMessage { message { id direction text } }
        ... on TimelineConversation { conversation { reference status } }
        ... on TimelineRouting { decision { explanation } }
        ... on TimelineOrder { orderStatus order { number } }
        ... on TimelineTracking { shipmentStatus order { number } }
        ... on TimelineActivity { activity { id kind } }
        ... on TimelineIdentity { identity { kind value } }
        ... on TimelineTrait { trait { key text } }
      }
      pageInfo { hasNextPage }
    }
  }
}`;

export const AVAILABILITY = `query Near($sku: String!, $latitude: Float!, $longitude: Float!) {
  availability(sku: $sku, near: { latitude: $latitude, longitude: $longitude }, first: 20) {
    nodes { locationId available band asOf distanceKm nextIncoming { quantity expectedAt } location { name } }
    pageInfo { hasNextPage }
  }
}`;

/** What a partner registers for a webhook. */
export const ORDER_EVENTS = `subscription { orderEvents {
  cursor event { type orderId status recordedAt order { number status } }
} }`;

export const WEBHOOK_ENDPOINT_CREATE = `mutation Register($input: WebhookEndpointCreateInput!) {
  webhookEndpointCreate(input: $input) { webhookEndpoint { id } userErrors { code message field } }
}`;
