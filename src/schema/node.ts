import { Field, ID, InterfaceType } from 'type-graphql';

import { kindOfId, type IdKind } from '../values/ids.ts';
import { Right } from './right.ts';

/** Type names by kind of id; filled by `registerNode` of the resolvers. */
export const NODE_TYPES = new Map<IdKind, string>();

@InterfaceType({
  description: 'Anything with an id of its own.',
  resolveType: (value: { id: string }) => {
    const kind = kindOfId(value.id);
    return kind ? NODE_TYPES.get(kind) : undefined;
  },
})
@Right('graph:read')
export abstract class Node {
  @Field(() => ID, { description: 'Prefix of the kind, an underscore, 26 characters. Sorts by time of making.' })
  id!: string;
}
