import { InMemoryCache, type FieldPolicy, type Reference } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/** One object for each id: what an event changes is changed in the list and in the detail at once. */
export const openCache = () =>
  new InMemoryCache({
    possibleTypes: { UserError: ['InputError', 'InsufficientStockError', 'VersionConflictError'] },
    typePolicies: {
      Query: { fields: { conversations: pages(['filter']) } },
      Conversation: { fields: { messages: pages(false) } },
      // A packet is state and belongs to a person: the next one replaces it, section by section.
      ContextPacket: { keyFields: ['customerId'] },
      ContextProfile: { merge: false },
      ContextBasket: { merge: false },
    },
  });

interface Pages {
  readonly edges: readonly { readonly node: Reference }[];
}
type Merge = Extract<FieldPolicy<Pages>['merge'], (...given: never) => unknown>;

/** Pages are joined behind their cursor. What an event moved up while its page was on the way stays where the event put it. */
function pages(keyArgs: string[] | false): FieldPolicy {
  const relay = relayStylePagination(keyArgs);
  const join = relay.merge as unknown as Merge;
  const merge: Merge = (known, page, options) => {
    const joined = join(known, page, options) as Pages;
    const seen = new Set<string>();
    return { ...joined, edges: joined.edges.filter(({ node }) => !seen.has(node.__ref) && seen.add(node.__ref)) };
  };
  return { ...relay, merge } as FieldPolicy;
}
