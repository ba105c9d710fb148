import type { Db } from '../database/open-database.ts';
import { ensureAgent } from '../services/conversations/ensure-agent.ts';
import { ensureInbox } from '../services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../services/conversations/resolve-conversation.ts';
import { setPresence } from '../services/conversations/set-presence.ts';
import { upsertCustomer } from '../services/customers/upsert-customer.ts';
import { recordLocations } from '../services/inventory/record-locations.ts';
import { recordPlaces } from '../services/inventory/record-places.ts';
import { recordProducts } from '../services/inventory/record-products.ts';
import { setStock } from '../services/inventory/set-stock.ts';
import { recordOrderFacts } from '../services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../services/orders/record-tracking-events.ts';
import { ensurePartner } from '../services/partners/ensure-partner.ts';
import { routeConversation } from '../services/routing/route-conversation.ts';
import type { Scope } from '../services/scope.ts';
import type { VariantId } from '../values/ids.ts';
import { DEMO } from './demo-viewer.ts';
import { type Dice, rollDice } from './dice.ts';
import { type DemoPerson, inventPeople } from './people.ts';
import { carrierPlaces, type DemoCarrier, planOrder, type PlannedOrder } from './plan-orders.ts';
import { AGENTS, INBOXES, LOCATIONS, PARTNERS, PLACES, PRODUCTS, SOURCE } from './shop.ts';
import { agentWrites, customerWrites } from './speak.ts';
import { fill, ORDER_TALKS, PRODUCT_TALKS } from './talk.ts';

const SEED = 1_917;
const PEOPLE = 40;
const ORDERS = 80;
const CONVERSATIONS = 26;
const MINUTE = 60_000;
const AT_ONCE = 6;

/** The people of the demo shop: always the same forty. */
export const demoPeople = (): DemoPerson[] => inventPeople(rollDice(SEED), PEOPLE);

/**
 * Fills an empty database with the demo shop, through the services as everything else is written. Does nothing and says false
 * when anything is there already. The same seed gives the same shop; only its times follow the clock.
 */
export async function loadDemoShop(db: Db): Promise<boolean> {
  const [row] = await db.sql<{ isEmpty: boolean }[]>`
    select not exists (select from customers) and not exists (select from inboxes) and not exists (select from products)
      as is_empty`;
  if (!row!.isEmpty) return false;
  const scope: Scope = { db, viewer: DEMO, now: new Date() };
  const dice = rollDice(SEED + 1);
  const people = demoPeople();
  const [carriers] = await Promise.all([
    openCarriers(scope),
    eachAtOnce(people, (person) => addPerson(scope, person)),
    eachAtOnce(INBOXES, (inbox) => ensureInbox(scope, inbox)),
    hireAll(scope),
    fillStores(scope, dice),
  ]);
  const orders = await placeOrders(scope, dice, { people, carriers });
  await tellHistory(scope, dice, { people, orders });
  return true;
}

async function openCarriers(scope: Scope): Promise<DemoCarrier[]> {
  const carriers: DemoCarrier[] = [];
  for (const partner of PARTNERS) {
    const id = await ensurePartner(scope, partner);
    carriers.push({ id, name: partner.name, prefix: partner.externalId.slice(0, 2).toUpperCase() });
  }
  return carriers;
}

async function addPerson(scope: Scope, person: DemoPerson): Promise<void> {
  const { givenName, familyName, language, market, timeZone, preferredChannel, latitude, longitude } = person;
  await upsertCustomer(scope, {
    source: SOURCE,
    identities: [
      { kind: 'loyalty_id', value: person.loyaltyId, verified: true },
      { kind: 'email', value: person.email, verified: true },
      { kind: 'phone', value: person.phone },
      ...(preferredChannel === 'instagram' ? [{ kind: 'social_handle' as const, value: person.handle }] : []),
    ],
    profile: {
      displayName: `${givenName} ${familyName}`,
      ...{ givenName, familyName, language, market, timeZone, preferredChannel, latitude, longitude },
      address: {
        ...{ line1: person.line1, line2: null, region: null },
        ...{ postalCode: person.postalCode, city: person.city, country: market },
      },
    },
  });
}

/** One after the other, so that the first of the list has the smallest id: the demo key of agents speaks for her. */
async function hireAll(scope: Scope): Promise<void> {
  for (const { presence, ...agent } of AGENTS) await setPresence(scope, await ensureAgent(scope, agent), presence);
}

async function fillStores(scope: Scope, dice: Dice): Promise<void> {
  const [locationIds] = await Promise.all([
    recordLocations(scope, LOCATIONS),
    recordProducts(scope, PRODUCTS),
    recordPlaces(scope, PLACES),
  ]);
  const variants = await scope.db.sql<{ id: VariantId }[]>`select id from variants order by sku`;
  await setStock(
    scope,
    variants.flatMap(({ id: variantId }) =>
      locationIds.map((locationId, index) => ({
        variantId,
        locationId,
        // The last one is the warehouse.
        onHand: index === locationIds.length - 1 ? dice.whole(20, 90) : dice.chance(0.15) ? 0 : dice.whole(1, 12),
        source: SOURCE,
      })),
    ),
  );
}

interface OrderOf {
  person: DemoPerson;
  number: string;
  product: string;
}

async function placeOrders(
  scope: Scope,
  dice: Dice,
  { people, carriers }: { people: readonly DemoPerson[]; carriers: readonly DemoCarrier[] },
): Promise<OrderOf[]> {
  const plans: (PlannedOrder & { person: DemoPerson })[] = Array.from({ length: ORDERS }, (_, index) => {
    const person = index < people.length ? people[index]! : dice.pick(people);
    return {
      person,
      ...planOrder(dice, { index, person, carrier: carriers[index % carriers.length]!, now: scope.now }),
    };
  });
  await recordOrderFacts(
    scope,
    plans.flatMap(({ facts }) => facts),
  );
  await recordTrackingEvents(
    scope,
    plans.flatMap(({ scans }) => scans),
  );
  return plans.map(({ person, facts }) => {
    const first = facts[0]!;
    const product = first.kind === 'order_placed' ? first.lines[0]!.title : '';
    return { person, number: first.orderNumber, product };
  });
}

/** Conversations of the last days: the older ones are resolved, the newest still wait for the next word. */
async function tellHistory(
  scope: Scope,
  dice: Dice,
  { people, orders }: { people: readonly DemoPerson[]; orders: readonly OrderOf[] },
): Promise<void> {
  const threads = Array.from({ length: CONVERSATIONS }, (_, index) => {
    const person = people[index]!;
    const order = orders.find((one) => one.person === person)!;
    const talks = index % 3 === 2 ? PRODUCT_TALKS : ORDER_TALKS;
    const words = { order: order.number, product: order.product, place: dice.pick(carrierPlaces) };
    const turns = dice.pick(talks[person.language]).map((text) => fill(text, words));
    const isOver = index >= 10;
    const said = isOver ? turns : turns.slice(0, dice.whole(1, Math.max(1, turns.length - 1)));
    const beganAt = scope.now.getTime() - (isOver ? index * 173 : index * 11 + 8 + said.length * 2) * MINUTE;
    return { index, person, said, isOver, beganAt };
  });
  await eachAtOnce(threads, async ({ index, person, said, isOver, beganAt }) => {
    const at = (turn: number): Scope => ({ ...scope, now: new Date(beganAt + turn * 2 * MINUTE) });
    const { conversationId } = await customerWrites(at(0), person, {
      channel: person.preferredChannel,
      text: said[0]!,
      externalId: `history-${index}-0`,
    });
    // The newest two wait for an agent: there is something to route.
    if (index < 2) return;
    await routeConversation(at(0.5), conversationId);
    for (const [turn, text] of said.entries()) {
      if (turn === 0) continue;
      if (turn % 2 === 1) await agentWrites(at(turn), conversationId, text);
      else
        await customerWrites(at(turn), person, {
          channel: person.preferredChannel,
          text,
          externalId: `history-${index}-${turn}`,
        });
    }
    if (isOver) await resolveConversation(at(said.length), conversationId);
  });
}

async function eachAtOnce<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const take = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}
