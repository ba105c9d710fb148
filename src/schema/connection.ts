import { Field, ObjectType, type ClassType } from 'type-graphql';

import type { Right as RightName } from '../values/rights.ts';
import { encodeKeyset, type Page } from '../values/page.ts';
import { OfNobody } from './of-customer.ts';
import { Right } from './right.ts';

@ObjectType({
  description:
    'Where a page of a list ends. Lists go forward only; the order of each is fixed and stated by its field.',
})
@Right('graph:read')
export class PageInfo {
  @Field(() => Boolean, { description: 'True when rows follow this page at the moment of reading.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Always false: lists go forward only.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first row of this page. Null: the page is empty.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Give this as `after` for the next page. Null: the page is empty.',
  })
  endCursor!: string | null;
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  nodes: readonly T[];
  pageInfo: PageInfo;
}

/** Makes the Relay edge and connection types of a node type. */
export function connectionOf<T extends object>(
  node: ClassType<T>,
  name: string,
  right: RightName,
): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list, with its place in that list.` })
  @Right(right)
  @OfNobody()
  class Edge {
    @Field(() => String, {
      description: 'Place of this row in this list. Opaque; give it as `after` to go on behind it.',
    })
    cursor!: string;

    @Field(() => node, { description: `The ${name} itself.` })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} rows, 20 unless asked otherwise, 100 at most.` })
  @Right(right)
  class NodeConnection {
    @Field(() => [Edge], { description: 'The rows with their cursors, in the order of the list.' })
    edges!: Edge[];

    @Field(() => [node], { description: 'The rows alone, in the same order as `edges`.' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'Whether more rows follow, and from where.' })
    pageInfo!: PageInfo;
  }
  return NodeConnection;
}

/** Dresses a page as a connection. */
export function toConnection<T>(page: Page<T>): Connection<T> {
  const edges = page.nodes.map((node) => ({ cursor: encodeKeyset(page.keysetOf(node)), node }));
  return {
    edges,
    nodes: page.nodes,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
