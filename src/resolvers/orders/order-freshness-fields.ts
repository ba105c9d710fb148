import { FieldResolver, Resolver, Root } from 'type-graphql';

import { Freshness } from '../../schema/freshness.ts';
import { Order, Return, ReturnStep } from '../../schema/orders/order.ts';
import { ProvenOrder } from '../../schema/orders/proven-order.ts';
import type { Freshness as Row } from '../../services/events/freshness.ts';
import type { ReturnStep as StepRow } from '../../services/orders/fold-return.ts';
import { freshnessOfOrder, freshnessOfReturn, freshnessOfStep } from '../../services/orders/freshness.ts';
import type * as rows from '../../services/orders/order.ts';
import type * as proven from '../../services/orders/prove-order.ts';

@Resolver(() => Order)
export class OrderFreshnessFields {
  @FieldResolver(() => Freshness, { description: 'How fresh its status is.' })
  freshness(@Root() order: rows.Order): Row {
    return freshnessOfOrder(order);
  }
}

@Resolver(() => ProvenOrder)
export class ProvenOrderFreshnessFields {
  @FieldResolver(() => Freshness, { description: 'How fresh its status is, and what to say while nobody tells of it.' })
  freshness(@Root() order: proven.ProvenOrder): Row {
    return freshnessOfOrder(order);
  }
}

@Resolver(() => Return)
export class ReturnFreshnessFields {
  @FieldResolver(() => Freshness, {
    description: 'How fresh its status is: the freshness of the step that brought it.',
  })
  freshness(@Root() one: rows.Return): Row {
    return freshnessOfReturn(one);
  }
}

@Resolver(() => ReturnStep)
export class ReturnStepFreshnessFields {
  @FieldResolver(() => Freshness, {
    description: 'How fresh it is: by its three clocks, and by the system that told it.',
  })
  freshness(@Root() step: StepRow): Row {
    return freshnessOfStep(step);
  }
}
