import { expect, test } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';

test('every subscription of the graph is served by the live edge, and nothing else is', () => {
  const fields = Object.keys(buildSchema(CHANNELS).schema.getSubscriptionType()!.getFields());

  expect(Object.keys(SUBSCRIPTIONS).sort()).toEqual(fields.sort());
});
