import { getNamedType, type GraphQLObjectType } from 'graphql';

import type { LiveEdge } from '../../src/live/live-edge.ts';
import { toLiveOperation } from '../../src/server/to-live-operation.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import type { Asking } from './asking.ts';
import { everythingBelow } from './full-documents.ts';

/** What each subscription is asked beside its selection: `{ contextPackets: { customerId: 'cus_…' } }`. */
export type Arguments = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Opens every subscription that the viewer may, with everything below it. Answers what each is sent, as texts, as it comes. */
export async function watchEverything(
  { schema, rights, ground, prepare }: Asking,
  edge: LiveEdge,
  viewer: Viewer,
  given: Arguments,
): Promise<Map<string, string[]>> {
  const below = everythingBelow(schema, rights, viewer.rights);
  const heard = new Map<string, string[]>();
  for (const field of Object.values(schema.getSubscriptionType()!.getFields())) {
    if (!viewer.rights.has(rights.get(`Subscription.${field.name}`)!)) continue;
    const set = below(getNamedType(field.type) as GraphQLObjectType);
    const args = Object.entries(given[field.name] ?? {}).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const call = args.length > 0 ? `(${args.join(', ')})` : '';
    const query = `subscription { ${field.name}${call} { __typename ${set} } }`;
    const texts: string[] = [];
    await edge.open(
      toLiveOperation(ground, prepare({ query }, viewer), () => 'request-id'),
      {
        send: (text) => texts.push(text),
        pendingBytes: 0,
        onDrain: () => undefined,
        fail: (error) => texts.push(`failed: ${String(error)}`),
        closeStalled: () => undefined,
      },
    );
    heard.set(field.name, texts);
  }
  return heard;
}
