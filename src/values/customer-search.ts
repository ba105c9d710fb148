/** By what a search found a person. */
export const CUSTOMER_SEARCH_MATCHES = ['name', 'identity', 'order_number', 'conversation_reference'] as const;
export type CustomerSearchMatch = (typeof CUSTOMER_SEARCH_MATCHES)[number];
