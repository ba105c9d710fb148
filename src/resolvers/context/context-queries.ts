import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';

import { ContextPacket } from '../../schema/context/context-packet.ts';
import { Right } from '../../schema/right.ts';
import { readContext } from '../../services/context/read-context.ts';
import { CONTEXT_SECTIONS } from '../../values/context-packet.ts';
import type { Context } from '../context.ts';
import { packetShown } from './packet-shown.ts';

@Resolver()
export class ContextQueries {
  @Query(() => ContextPacket, {
    nullable: true,
    description:
      'Everything about one person now, read by one statement: the packet that `contextPackets` sends. What the person refused, or your key looks at for no purpose, is left out: `dataClasses`. Null: no such customer is visible to you.',
  })
  @Right('context:read')
  async contextPacket(
    @Arg('customerId', () => ID, { description: 'Any customer id of the person, `cus_…`.' }) customerId: string,
    @Ctx() context: Context,
  ) {
    const { scope, sections, contexts } = context;
    const state = await readContext(scope, customerId, { sections, contexts });
    return state && packetShown(context, { ...state, changed: CONTEXT_SECTIONS, causes: [] });
  }
}
