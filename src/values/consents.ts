/**
 * What data of a person is used for. Consent is asked and withdrawn by purpose; keys and tokens work for some of them.
 * `service` answers what the person asked, `order_updates` tells of their own orders unasked.
 */
export const PURPOSES = ['service', 'order_updates', 'marketing', 'personalisation', 'profiling'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** How consent stands, the strictest first: what several say of one thing is read in this order. `pending`: asked for, and not confirmed yet. */
export const CONSENT_STATES = ['withdrawn', 'denied', 'pending', 'granted'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/** How sure it is that the person said so. `confirmed`: they said it again over the address itself (double opt-in). */
export const OPT_IN_LEVELS = ['unknown', 'single', 'confirmed'] as const;
export type OptInLevel = (typeof OPT_IN_LEVELS)[number];
