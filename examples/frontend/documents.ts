import { graphql } from './graphql.ts';

/** What the list shows. Whoever delivers it (query, page, event) updates the one object in the cache. */
const CARD = graphql(`
  fragment Card on Conversation {
    id
    reference
    subject
    status
    channel
    lastMessageAt
    version
    customer {
      id
      displayName
    }
  }
`);

const LINE = graphql(`
  fragment Line on Message {
    id
    direction
    authorKind
    text
    occurredAt
    delivery {
      state
    }
  }
`);

const PARTS = graphql(`
  fragment Parts on ContextPacket {
    customerId
    version
    profile {
      displayName
      language
      preferredChannel
    }
    orders {
      id
      number
      status
      shipments {
        id
        carrier
        lastPlace
      }
    }
    basket {
      lines {
        sku
        quantity
      }
    }
  }
`);

export const CONVERSATIONS = graphql(
  `
    query Conversations($page: String) {
      cursor
      conversations(first: 30, after: $page) {
        edges {
          cursor
          node {
            ...Card
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [CARD],
);

export const CONVERSATION = graphql(
  `
    query Conversation($conversationId: ID!, $page: String) {
      cursor
      conversation(id: $conversationId) {
        ...Card
        messages(first: 30, after: $page) {
          edges {
            cursor
            node {
              ...Line
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  `,
  [CARD, LINE],
);

export const CONVERSATION_EVENTS = graphql(
  `
    subscription ConversationEvents($conversationId: ID, $after: String) {
      conversationEvents(conversationId: $conversationId, after: $after) {
        cursor
        event {
          type
          conversation {
            ...Card
          }
          message {
            ...Line
          }
        }
      }
    }
  `,
  [CARD, LINE],
);

export const PACKET = graphql(
  `
    query Packet($customerId: ID!) {
      cursor
      contextPacket(customerId: $customerId) {
        ...Parts
      }
    }
  `,
  [PARTS],
);

export const PACKETS = graphql(
  `
    subscription Packets($customerId: ID!, $after: String) {
      contextPackets(customerId: $customerId, after: $after) {
        cursor
        packet {
          ...Parts
        }
      }
    }
  `,
  [PARTS],
);

export const REPLY = graphql(
  `
    mutation Reply($id: ID!, $text: String!, $seen: Int, $key: String!) {
      messageSend(id: $id, input: { text: $text, expectedVersion: $seen }, idempotencyKey: $key) {
        message {
          ...Line
          conversation {
            id
            version
          }
        }
        userErrors {
          __typename
          code
          message
          ... on VersionConflictError {
            version
          }
        }
      }
    }
  `,
  [LINE],
);
