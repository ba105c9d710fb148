import { newId } from '../../src/values/ids.ts';
import { found, type Shop } from './a-full-shop.ts';

type Variables = Record<string, unknown>;

let count = 0;

/**
 * For every mutation, variables with which an administrator's call succeeds and has an effect, each time on something new. A mutation
 * without a line here fails the tests that go over all of them.
 */
export const EVERY_ACT: Record<string, (shop: Shop) => Promise<Variables> | Variables> = {
  activitiesRecord: async (shop) => ({ activities: [await visitOf(shop), await visitOf(shop)] }),
  activityRecord: async (shop) => ({ input: await visitOf(shop) }),
  agentHeartbeat: async (shop) => {
    const id = await anAgent(shop);
    await shop.act('agentPresenceSet', { id, presence: 'ONLINE', heartbeatSeconds: 3_600 });
    return { id };
  },
  agentPresenceSet: async (shop) => ({ id: await anAgent(shop), presence: 'AWAY' }),
  agentUpsert: () => ({ input: { ...named('agent'), capacity: 3, skills: [{ skill: 'language:fi', level: 3 }] } }),
  agentsUpsert: () => ({ input: [1, 2].map(() => ({ ...named('agent'), capacity: 3, skills: [] })) }),
  apiKeyCreate: () => ({ input: { name: fresh('key'), role: 'BOT' } }),
  apiKeyRevoke: async (shop) => ({ id: await aKeyOf(shop) }),
  apiKeyRotate: async (shop) => ({ id: await aKeyOf(shop), overlapHours: 1 }),
  apiKeyUpdate: async (shop) => ({ id: await aKeyOf(shop), input: { name: fresh('renamed') } }),
  // A visitor's alone: an administrator is refused.
  chatMessageSend: () => ({ input: { clientMessageId: fresh('chat'), text: 'Is anybody there?' } }),
  connectorCreate: () => ({ input: { dialect: 'FACTS', name: fresh('shop') } }),
  connectorPollSet: async (shop) => {
    const made = await shop.act('connectorCreate', { input: { dialect: 'EASYPOST', name: fresh('carrier') } });
    return { id: made.connector.id, input: { url: 'https://api.example', key: 'k', everySeconds: 3_600 } };
  },
  connectorRotateSecret: async (shop) => {
    const made = await shop.act('connectorCreate', { input: { dialect: 'FACTS', name: fresh('shop') } });
    return { id: made.connector.id, overlapHours: 1 };
  },
  conversationAssign: async (shop) => ({ id: await conversation(shop), agentId: shop.agentIds[0] }),
  controlOfferAccept: async (shop) => ({ id: await anOffer(shop) }),
  controlOfferDecline: async (shop) => ({ id: await anOffer(shop) }),
  controlOfferWithdraw: async (shop) => ({ id: await anOffer(shop) }),
  conversationControlOffer: async (shop) => ({
    id: await conversation(shop),
    input: { to: { teamId: shop.teamId }, summary: 'Wants a lamp.', seconds: 3_600 },
  }),
  conversationControlRelease: async (shop) => {
    const id = await conversation(shop);
    await shop.act('conversationControlTake', { id });
    return { id };
  },
  conversationControlTake: async (shop) => ({ id: await conversation(shop) }),
  conversationHandOff: async (shop) => ({
    id: await conversation(shop),
    input: { to: { teamId: shop.teamId }, summary: 'Wants a lamp.' },
  }),
  conversationJoin: async (shop) => ({ id: await conversation(shop), mode: 'LISTENING' }),
  conversationConsult: async (shop) => ({
    id: await conversation(shop),
    input: { agentId: await anAgentAtWork(shop), question: 'Does this lamp fit?' },
  }),
  // An agent's alone, too.
  conversationConsultationAnswer: () => ({ id: newId('participant'), accept: true }),
  conversationLeave: async (shop) => ({
    id: idOf(await shop.act('conversationJoin', { id: await conversation(shop), mode: 'COACHING' }), 'participant'),
  }),
  conversationLinkOrder: async (shop) => {
    const { id, customerId } = await shop.aConversation(fresh('talk'));
    return { id, orderId: await anOrder(shop, customerId) };
  },
  conversationMerge: async (shop) => {
    const { id, messageIds } = await shop.aConversation(fresh('talk'), 3);
    const split = await shop.act('conversationSplit', { id, messageIds: [messageIds[2]] });
    return { id: split.conversation.id, intoId: id };
  },
  conversationPresenceSet: async (shop) => ({ id: await conversation(shop), state: 'TYPING' }),
  conversationReopen: async (shop) => {
    const id = await conversation(shop);
    await shop.act('conversationResolve', { id });
    return { id };
  },
  conversationResolve: async (shop) => ({ id: await conversation(shop), input: { outcome: 'SOLVED' } }),
  conversationRoute: async (shop) => ({ id: await conversation(shop) }),
  conversationSignalsSet: async (shop) => ({
    id: await conversation(shop),
    signals: [{ name: 'sentiment', value: { number: -0.5 } }],
  }),
  conversationSnooze: async (shop) => ({ id: await conversation(shop), until: inAnHour() }),
  conversationSplit: async (shop) => {
    const { id, messageIds } = await shop.aConversation(fresh('talk'), 3);
    return { id, messageIds: [messageIds[2]], subject: 'Another matter' };
  },
  conversationSwitchChannel: async (shop) => {
    const { id, customerId } = await shop.aConversation(fresh('talk'));
    const value = `+3584570${String(10_000 + (count += 1)).padStart(5, '0')}`;
    await shop.act('identityAdd', { customerId, input: { kind: 'PHONE', value, source: 'crm', verified: true } });
    return { id, input: { toChannel: 'SMS', reason: 'CONVENIENCE' } };
  },
  conversationUnassign: async (shop) => {
    const id = await conversation(shop);
    await shop.act('conversationAssign', { id, agentId: shop.agentIds[0] });
    return { id };
  },
  conversationUnlinkOrder: async (shop) => {
    const { id, customerId } = await shop.aConversation(fresh('talk'));
    const orderId = await anOrder(shop, customerId);
    await shop.act('conversationLinkOrder', { id, orderId });
    return { id, orderId };
  },
  conversationUpdate: async (shop) => ({ id: await conversation(shop), input: { subject: fresh('subject') } }),
  consentSet: async (shop) => ({
    customerId: await customer(shop),
    consents: [{ purpose: 'MARKETING', channel: 'EMAIL', state: 'GRANTED', source: fresh('form') }],
  }),
  legalHoldPlace: async (shop) => ({ input: { customerId: await customer(shop), reference: fresh('matter') } }),
  legalHoldRelease: async (shop) => {
    const input = { customerId: await customer(shop), reference: fresh('matter') };
    return { id: idOf(await shop.act('legalHoldPlace', { input }), 'legalHold') };
  },
  retentionRuleRemove: async (shop) => {
    const input = { dataClass: 'ACTIVITY', market: aMarket(), keepDays: 30_000 };
    const { retentionRules } = (await shop.act('retentionRuleSet', { input })) as unknown as {
      retentionRules: { id: string; market: string }[];
    };
    return { id: retentionRules.find(({ market }) => market === input.market)!.id };
  },
  retentionRuleSet: () => ({ input: { dataClass: 'ACTIVITY', market: aMarket(), keepDays: 30_000 } }),
  erasureRequest: async (shop) => ({ customerId: await customer(shop) }),
  suppressionLift: async (shop) => {
    const record = person();
    const { customer: made } = await shop.act('customerUpsert', { input: record });
    await shop.act('erasureRequest', { customerId: made.id });
    return { input: record.identities[0] };
  },
  customerPreferencesSet: async (shop) => ({ customerId: await customer(shop), input: { doNotContact: true } }),
  customerMerge: async (shop) => ({ ids: [await customer(shop), await customer(shop)] }),
  customerUnmerge: async (shop) => {
    const ids = [await customer(shop), await customer(shop)];
    await shop.act('customerMerge', { ids });
    return { id: ids[1] };
  },
  mergeProposalAccept: async (shop) => ({ id: await aProposal(shop) }),
  mergeProposalReject: async (shop) => ({ id: await aProposal(shop) }),
  // An agent's alone: an administrator is refused.
  routingReservationAccept: () => ({ id: newId('routingReservation') }),
  routingReservationReject: () => ({ id: newId('routingReservation') }),
  segmentCreate: () => ({ input: aSegment() }),
  segmentUpdate: async (shop) => ({
    id: idOf(await shop.act('segmentCreate', { input: aSegment() }), 'segment'),
    input: { filter: { marketIn: [fresh('market')] } },
  }),
  segmentDelete: async (shop) => ({ id: idOf(await shop.act('segmentCreate', { input: aSegment() }), 'segment') }),
  customerUpsert: () => ({ input: person() }),
  customersUpsert: () => ({ customers: [person(), person()] }),
  identityAdd: async (shop) => ({
    customerId: await customer(shop),
    input: { kind: 'LOYALTY_ID', value: fresh('card'), source: 'crm' },
  }),
  consentRulesSet: () => ({
    input: { rules: [{ purpose: 'PROFILING', jurisdiction: 'AQ', model: 'OPT_IN' }], note: fresh('why') },
  }),
  identityRulesSet: () => ({ input: { rules: [{ kind: 'PHONE', blockedValues: [fresh('blocked')] }] } }),
  inboxCreate: () => ({ input: { ...named('inbox'), channel: 'SMS', bridgeUrl: 'https://bridge.example/x' } }),
  inboxRotateSecret: async (shop) => ({ id: await anInbox(shop), overlapHours: 1 }),
  inboxUpdate: async (shop) => ({ id: await anInbox(shop), input: { name: fresh('renamed') } }),
  inboxesCreate: () => ({ input: [1, 2].map(() => ({ ...named('inbox'), channel: 'SMS' })) }),
  locationUpsert: () => ({ input: { ...named('store'), kind: 'STORE' } }),
  locationsUpsert: () => ({ input: [1, 2].map(() => ({ ...named('store'), kind: 'STORE' })) }),
  messageDeliveryReport: async (shop) => {
    const { message } = await shop.act('messageSend', { id: await conversation(shop), input: { text: 'Hello.' } });
    return { input: { messageId: message.id, state: 'DELIVERED' } };
  },
  messageReceive: () => ({ input: inbound() }),
  messageSend: async (shop) => {
    const id = await conversation(shop);
    const asked = await shop.ask(shop.admin, 'query ($id: ID!) { conversation(id: $id) { version } }', { id });
    // The one who comes second is behind the version: nevertheless it is the same act, and the same answer.
    const { version } = found(asked, 'conversation');
    return { id, input: { text: 'It is on its way.', expectedVersion: version } };
  },
  messagesReceive: () => ({ messages: [inbound(), inbound()] }),
  noteAdd: async (shop) => ({ id: await conversation(shop), input: { text: 'Prefers mornings.' } }),
  orderAddressChange: async (shop) => ({ id: await aShoppersOrder(shop), shippingAddress: { city: 'Oulu' } }),
  orderCancel: async (shop) => ({ id: await aShoppersOrder(shop), reason: 'Ordered by mistake' }),
  orderExchange: async (shop) => ({ id: await aDeliveredOrder(shop), input: await swapOf(shop) }),
  orderItemsChange: async (shop) => ({ id: await aShoppersOrder(shop), input: await swapOf(shop) }),
  orderPaymentChange: async (shop) => ({ id: await aPaidOrder(shop), means: card('b') }),
  orderReturn: async (shop) => ({
    id: await aDeliveredOrder(shop),
    input: { lines: [{ lineExternalId: '1', quantity: 1 }], means: { method: 'gift_card', externalId: 'gift' } },
  }),
  returnAdvance: async (shop) => ({ id: await aReturn(shop), status: 'APPROVED' }),
  promiseKeep: async (shop) => ({ id: await aPromise(shop) }),
  promiseMake: async (shop) => ({ input: await promising(shop) }),
  promiseWithdraw: async (shop) => ({ id: await aPromise(shop) }),
  quarantinedFactDiscard: async (shop) => ({ id: await aQuarantinedFact(shop) }),
  quarantinedFactRelease: async (shop) => ({ id: await aQuarantinedFact(shop) }),
  orderFactsRecord: async (shop) => ({ facts: [placed(await customer(shop))] }),
  partnerCreate: () => ({ input: { ...named('partner'), kind: 'CARRIER' } }),
  partnerLocationsSet: async (shop) => {
    const { partner } = await shop.act('partnerCreate', { input: { ...named('partner'), kind: 'STORE_CHAIN' } });
    return { partnerId: partner.id, locationIds: [shop.locationId] };
  },
  partnersCreate: () => ({ input: [1, 2].map(() => ({ ...named('partner'), kind: 'CARRIER' })) }),
  pickupCollect: async (shop) => ({ id: await aHold(shop) }),
  pickupConfirm: async (shop) => ({ id: await aHold(shop) }),
  pickupRelease: async (shop) => ({ id: await aHold(shop) }),
  pickupReserve: async (shop) => ({ input: await pickingUp(shop) }),
  pickupSlotsSet: ({ locationId }) => {
    const startsAt = Date.now() + (count += 1) * 3_600_000;
    const [from, to] = [startsAt, startsAt + 1_800_000].map((at) => new Date(at).toISOString());
    return { locationId, slots: [{ startsAt: from, endsAt: to, capacity: 3 }] };
  },
  productUpsert: () => ({ input: product() }),
  productsUpsert: () => ({ input: [product(), product()] }),
  routingPolicyActivate: async (shop) => ({ input: { version: await aPolicyVersion(shop), note: 'Longer shifts.' } }),
  routingPolicyCreate: () => ({ input: { document: JSON.stringify({ name: fresh('policy') }) } }),
  routingPolicyRehearse: () => ({ input: { document: JSON.stringify({ name: fresh('policy') }), seed: 7 } }),
  routingPolicyRollBack: async (shop) => {
    await shop.act('routingPolicyActivate', { input: { version: await aPolicyVersion(shop) } });
    return { note: fresh('why') };
  },
  skillReview: async (shop) => {
    const { skill } = await shop.act('skillUpsert', { input: { skill: fresh('topic:skill') } });
    return { id: skill.id, note: 'Two more people need it.' };
  },
  skillUpsert: () => ({ input: { skill: fresh('topic:skill'), label: 'Lamps', owner: 'Product team' } }),
  sourceExpect: () => ({ input: { kind: 'TRACKING', name: fresh('carrier'), expectedEverySeconds: 3600 } }),
  stockAdjust: ({ variantId, locationId }) => ({
    input: { variantId, locationId, delta: -1, reason: fresh('broken'), source: 'till' },
  }),
  stockSet: async (shop) => {
    const { product: made } = await shop.act('productUpsert', { input: product() });
    return { input: { variantId: made.variants[0].id, locationId: shop.locationId, onHand: 7, source: 'till' } };
  },
  teamUpsert: ({ agentIds }) => ({ input: { ...named('team'), memberIds: [agentIds[1]] } }),
  trackingEventRecord: async (shop) => {
    const trackingNumber = fresh('TRACK');
    await shop.act('orderFactsRecord', {
      facts: [placed(await customer(shop), trackingNumber), shippedWith(trackingNumber)],
    });
    const event = { source: 'posti', sourceEventId: fresh('scan'), status: 'IN_TRANSIT', occurredAt: now() };
    return { input: { trackingNumber, ...event } };
  },
  traitsSet: async (shop) => ({
    customerId: await customer(shop),
    traits: [{ key: 'shoe_size', source: 'crm', value: { number: 43 } }],
  }),
  viewerRevoke: async (shop) => ({ principal: await aKeyOf(shop) }),
  webhookDeliveryReplay: async (shop) => ({ id: await aWebhookDelivery(shop) }),
  webhookEndpointCreate: async (shop) => ({ input: await aWebhook(shop) }),
  webhookEndpointDisable: async (shop) => ({ id: await aWebhookEndpoint(shop) }),
  webhookEndpointEnable: async (shop) => {
    const id = await aWebhookEndpoint(shop);
    await shop.act('webhookEndpointDisable', { id });
    return { id };
  },
  webhookEndpointReplay: async (shop) => {
    const { data } = await shop.ask(shop.admin, '{ cursor }');
    return { id: await aWebhookEndpoint(shop), after: data!['cursor'] };
  },
  webhookEndpointRotateSecret: async (shop) => ({ id: await aWebhookEndpoint(shop), overlapHours: 1 }),
  webhookEndpointTest: async (shop) => ({ id: await aWebhookEndpoint(shop) }),
  webhookEndpointUpdate: async (shop) => ({ id: await aWebhookEndpoint(shop), input: { name: fresh('renamed') } }),
  visitorSessionStart: () => ({ input: { origin: `https://${fresh('shop')}.example`, inbox: 'mail' } }),
};

const aMarket = () => {
  count += 1;
  return String.fromCharCode(65 + (Math.floor(count / 26) % 26), 65 + (count % 26));
};
const idOf = (payload: unknown, object: string) => (payload as Record<string, { id: string }>)[object]!.id;
const fresh = (what: string) => `${what}-${(count += 1)}`;
const named = (what: string) => {
  const externalId = fresh(what);
  return { externalId, name: externalId };
};
const now = () => new Date(Date.now() - 10_000).toISOString();
const pickingUp = async (shop: Shop) => {
  const input = product();
  const { product: made } = await shop.act('productUpsert', { input });
  const level = { variantId: made.variants[0].id, locationId: shop.locationId };
  await shop.act('stockSet', { input: { ...level, onHand: 7, source: 'till' } });
  const conversationId = await conversation(shop);
  return {
    conversationId,
    locationId: shop.locationId,
    lines: [{ sku: input.variants[0]!.sku, quantity: 1 }],
    minutes: 30,
  };
};
const aHold = async (shop: Shop): Promise<string> =>
  (await shop.act('pickupReserve', { input: await pickingUp(shop) })).hold.id;
const promising = async (shop: Shop) => ({
  conversationId: await conversation(shop),
  ...{ kind: 'OTHER', text: 'Somebody calls you back.', dueAt: inAnHour() },
});
const aPromise = async (shop: Shop): Promise<string> =>
  (await shop.act('promiseMake', { input: await promising(shop) })).promise.id;
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** Everybody is looked at for it, and nobody belongs to it. */
export const aSegment = () => ({ name: fresh('segment'), filter: { languageIn: [fresh('language')] } });

const conversation = async (shop: Shop) => (await shop.aConversation(fresh('talk'))).id;
const customer = async (shop: Shop) => (await shop.act('customerUpsert', { input: person() })).customer.id;
const visitOf = async (shop: Shop) => ({
  ...{ customerId: await customer(shop), source: 'site' },
  visit: { url: 'https://shop.example/lamps' },
});
const anAgent = async (shop: Shop) =>
  (await shop.act('agentUpsert', { input: { ...named('agent'), capacity: 1, skills: [] } })).agent.id;
const anAgentAtWork = async (shop: Shop) => {
  const id = await anAgent(shop);
  await shop.act('agentPresenceSet', { id, presence: 'ONLINE' });
  return id;
};
const aKeyOf = async (shop: Shop) =>
  (await shop.act('apiKeyCreate', { input: { name: fresh('key'), role: 'BOT' } })).apiKey.id;
const aWebhook = async (shop: Shop) => ({
  ...{ name: fresh('webhook'), url: 'https://partner.example/hook', keyId: await aKeyOf(shop) },
  document: 'subscription { orderEvents { cursor } }',
});
const aWebhookEndpoint = async (shop: Shop) =>
  (await shop.act('webhookEndpointCreate', { input: await aWebhook(shop) })).webhookEndpoint.id;
/** As it stands when it was delivered: whoever sends is not here. */
async function aWebhookDelivery(shop: Shop): Promise<string> {
  const id = newId('webhookDelivery');
  await shop.ground.db.sql`
    insert into webhook_deliveries (id, endpoint_id, event_position, event_version, event_type, cursor, ordering_key, state,
      attempt_count, tries, created_at)
    values (${id}, ${await aWebhookEndpoint(shop)}, 1, 1, 'order.recorded', 'a cursor', 'order:1', 'delivered', 1, 1, now())`;
  return id;
}
const aPolicyVersion = async (shop: Shop): Promise<number> => {
  const { routingPolicy } = await shop.act('routingPolicyCreate', {
    input: { document: `{"name": "${fresh('policy')}"}` },
  });
  const [row] = await shop.ground.db.sql<{ version: number }[]>`
    select version from routing_policies where id = ${routingPolicy.id}`;
  return row!.version;
};
const anOffer = async (shop: Shop) => {
  const input = { to: { bot: await aKeyOf(shop) }, summary: 'Wants a lamp.', seconds: 3_600 };
  return (await shop.act('conversationControlOffer', { id: await conversation(shop), input })).controlOffer.id;
};
const anInbox = async (shop: Shop) =>
  (await shop.act('inboxCreate', { input: { ...named('inbox'), channel: 'SMS' } })).inbox.id;
const person = () => ({ source: 'crm', identities: [{ kind: 'EXTERNAL_ID', value: fresh('person') }] });
const product = () => {
  const externalId = fresh('product');
  return { externalId, title: externalId, variants: [{ sku: externalId.toUpperCase(), title: externalId }] };
};
const inbound = () => ({
  ...{ inbox: 'mail', externalId: fresh('mail'), text: 'Where is my lamp?', occurredAt: now() },
  sender: { kind: 'EMAIL', value: `${fresh('writer')}@example.com` },
});
const placed = (customerId: string, name = fresh('ORDER')) => ({
  ...{ orderNumber: name, source: 'shop', sourceEventId: `${name}/placed`, occurredAt: now() },
  placed: {
    ...{ customerId, total: { amountMinor: 1_000, currency: 'EUR' } },
    lines: [{ externalId: '1', sku: 'LAMP', title: 'Lamp', quantity: 1, unitPriceMinor: 1_000 }],
  },
});
const shippedWith = (trackingNumber: string) => ({
  ...{ orderNumber: trackingNumber, source: 'shop', sourceEventId: `${trackingNumber}/shipped`, occurredAt: now() },
  shipmentCreated: { externalId: 'parcel', trackingNumber, lineExternalIds: ['1'] },
});
async function anOrder(shop: Shop, customerId: string): Promise<string> {
  const { orders } = await shop.act('orderFactsRecord', { facts: [placed(customerId)] });
  return orders[0].id;
}
const card = (externalId: string) => ({ method: 'credit_card', externalId });
/** The lamp of an order for the same lamp in red; both have a price from then on. */
async function swapOf(shop: Shop) {
  const price = { amountMinor: 1_000, currency: 'EUR' };
  const variants = ['LAMP', 'LAMP-RED'].map((sku) => ({ sku, title: sku, price }));
  await shop.act('productUpsert', { input: { externalId: 'lamp', title: 'Lamp', variants } });
  return { lines: [{ lineExternalId: '1', quantity: 1, sku: 'LAMP-RED' }], means: card('a') };
}
const later = (orderNumber: string, what: string, body: object) => ({
  ...{ orderNumber, source: 'shop', sourceEventId: `${orderNumber}/${what}`, occurredAt: now() },
  ...body,
});
/** A new order of somebody new, with more that is told of it. */
async function anOrderWith(shop: Shop, ...more: readonly (readonly [what: string, body: object])[]): Promise<string> {
  const { customer } = await shop.act('customerUpsert', { input: person() });
  const name = fresh('ORDER');
  const facts = [placed(customer.id, name), ...more.map(([what, body]) => later(name, what, body))];
  return (await shop.act('orderFactsRecord', { facts })).orders[0].id;
}
const aShoppersOrder = (shop: Shop) => anOrderWith(shop);
const aDeliveredOrder = (shop: Shop) => anOrderWith(shop, ['delivered', { delivered: true }]);
const paidBy = (externalId: string, currency = 'EUR') => ({
  paymentRecorded: { externalId, method: 'credit_card', amount: { amountMinor: 1_000, currency } },
});
const aPaidOrder = (shop: Shop) => anOrderWith(shop, ['paid', paidBy('a')]);
async function aQuarantinedFact(shop: Shop): Promise<string> {
  await anOrderWith(shop, ['paid in another currency', paidBy('a', 'SEK')]);
  const { data } = await shop.ask(shop.admin, '{ quarantinedFacts(state: HELD, first: 1) { nodes { id } } }');
  return (data as unknown as { quarantinedFacts: { nodes: { id: string }[] } }).quarantinedFacts.nodes[0]!.id;
}
async function aReturn(shop: Shop): Promise<string> {
  const id = await anOrderWith(
    shop,
    ['delivered', { delivered: true }],
    ['returned', { returnRecorded: { externalId: 'r', status: 'REQUESTED' } }],
  );
  const { data } = await shop.ask(shop.admin, 'query ($id: ID!) { order(id: $id) { returns { id } } }', { id });
  return (data as unknown as { order: { returns: { id: string }[] } }).order.returns[0]!.id;
}
/** As the matching makes them. */
export async function aProposal(shop: Shop): Promise<string> {
  const [one, other] = [await customer(shop), await customer(shop)].sort();
  const id = newId('mergeProposal');
  await shop.ground.db.sql`
    insert into merge_proposals (id, one_id, other_id, confidence, evidence, is_contradicted, state, weights_version, proposed_at)
    values (${id}, ${one!}, ${other!}, 0.7, '[{"field": "familyName", "level": "same", "bits": 9.5}]', false, 'open', 1, now())`;
  return id;
}
