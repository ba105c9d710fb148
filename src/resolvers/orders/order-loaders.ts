import DataLoader from 'dataloader';

import { readStaleSince, type SourceName } from '../../services/events/read-stale-since.ts';
import {
  readFulfilmentOrders,
  readOrderLines,
  readPayments,
  readReturns,
  readShipments,
  readShipmentsById,
  readTrackingEvents,
  readTrackingEventsById,
} from '../../services/orders/read-order-parts.ts';
import {
  readOrdersAt,
  readOrderVersions,
  type OrderMoment,
  type OrderVersion,
} from '../../services/orders/read-order-versions.ts';
import { ordersOfConversations, ordersOfPersons, readOrders } from '../../services/orders/read-orders.ts';
import { noticesOfOrders, noticesOfPersons } from '../../services/orders/read-notices.ts';
import { holdsOfConversations } from '../../services/orders/read-holds.ts';
import { promisesOfConversations, promisesOfOrders } from '../../services/orders/read-promises.ts';
import type { Scope } from '../../services/scope.ts';
import type { ConversationId, CustomerId, OrderId, ShipmentId, TrackingEventId } from '../../values/ids.ts';
import { loadManyBy, loadOneBy } from '../load-by.ts';
import { makePagedLoader } from '../paged-loader.ts';

export const makeOrderLoaders = (scope: Scope) => ({
  order: loadOneBy(
    (ids: readonly OrderId[]) => readOrders(scope, ids),
    (row) => row.id,
  ),
  ordersOfPerson: makePagedLoader((ids: readonly CustomerId[], request) => ordersOfPersons(scope, ids, request)),
  ordersOfConversation: makePagedLoader((ids: readonly ConversationId[], request) =>
    ordersOfConversations(scope, ids, request),
  ),
  versionsOfOrder: loadManyBy(
    (ids: readonly OrderId[]) => readOrderVersions(scope, ids),
    (row) => row.orderId,
  ),
  orderAt: new DataLoader<OrderMoment, OrderVersion | null, string>((asked) => readOrdersAt(scope, asked), {
    cacheKeyFn: ({ id, at }) => `${id}@${at.getTime()}`,
  }),
  promisesOfOrder: loadManyBy(
    (ids: readonly OrderId[]) => promisesOfOrders(scope, ids),
    (row) => row.orderId ?? '',
  ),
  noticesOfOrder: makePagedLoader((ids: readonly OrderId[], request) => noticesOfOrders(scope, ids, request)),
  noticesOfPerson: makePagedLoader((ids: readonly CustomerId[], request) => noticesOfPersons(scope, ids, request)),
  promisesOfConversation: loadManyBy(
    (ids: readonly ConversationId[]) => promisesOfConversations(scope, ids),
    (row) => row.conversationId ?? '',
  ),
  staleSince: new DataLoader<SourceName, Date | null, string>((asked) => readStaleSince(scope, asked), {
    cacheKeyFn: ({ kind, name }) => `${kind} ${name}`,
  }),
  holdsOfConversation: loadManyBy(
    (ids: readonly ConversationId[]) => holdsOfConversations(scope, ids),
    (row) => row.conversationId ?? '',
  ),
  linesOfOrder: loadManyBy(
    (ids: readonly OrderId[]) => readOrderLines(scope, ids),
    (row) => row.orderId,
  ),
  paymentsOfOrder: loadManyBy(
    (ids: readonly OrderId[]) => readPayments(scope, ids),
    (row) => row.orderId,
  ),
  shipmentsOfOrder: loadManyBy(
    (ids: readonly OrderId[]) => readShipments(scope, ids),
    (row) => row.orderId,
  ),
  fulfilmentOrdersOfOrder: loadManyBy(
    (ids: readonly OrderId[]) => readFulfilmentOrders(scope, ids),
    (row) => row.orderId,
  ),
  returnsOfOrder: loadManyBy(
    (ids: readonly OrderId[]) => readReturns(scope, ids),
    (row) => row.orderId,
  ),
  shipment: loadOneBy(
    (ids: readonly ShipmentId[]) => readShipmentsById(scope, ids),
    (row) => row.id,
  ),
  trackingEvent: loadOneBy(
    (ids: readonly TrackingEventId[]) => readTrackingEventsById(scope, ids),
    (row) => row.id,
  ),
  trackingOfShipment: loadManyBy(
    (ids: readonly ShipmentId[]) => readTrackingEvents(scope, ids),
    (row) => row.shipmentId ?? '',
  ),
});
