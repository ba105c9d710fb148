import { Arg, Args, Ctx, ID, Int, Query, Resolver } from 'type-graphql';

import { listAccessChanges, type AccessChange as AccessChangeRow } from '../../services/access/access-changes.ts';
import { findApiKey, listApiKeys, type ApiKeyRow } from '../../services/access/api-key.ts';
import { purposesOf } from '../../services/access/purposes.ts';
import { AccessChangeConnection } from '../../schema/access/access-change.ts';
import { ApiKeyConnection } from '../../schema/access/api-key.ts';
import { ViewerType } from '../../schema/access/viewer.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { Node } from '../../schema/node.ts';
import { Right } from '../../schema/right.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { loadNode, registerNode } from '../node-registry.ts';

registerNode({ kind: 'apiKey', type: 'ApiKey', load: (context, id) => findApiKey(context.scope, id) });

@Resolver()
export class AccessQueries {
  @Query(() => String, {
    description:
      'The journal’s place before anything else of this document was read. Give it as `after` of a subscription: nothing between query and subscription is missed. Opaque; good for as long as the journal is kept.',
  })
  @Right('graph:read')
  cursor(@Ctx() context: Context): string {
    if (context.cursor === null) throw new Error('A document that selects `cursor` was executed without one.');
    return context.cursor;
  }

  @Query(() => ViewerType, { description: 'Who asks.' })
  @Right('graph:read')
  viewer(@Ctx() { scope }: Context): ViewerType {
    return { ...scope.viewer, rights: [...scope.viewer.rights].sort(), purposes: [...purposesOf(scope.viewer)].sort() };
  }

  @Query(() => Node, {
    nullable: true,
    description: 'Any object by its id. Null: there is none, or it is not visible to you; both answer alike.',
  })
  @Right('graph:read')
  async node(
    @Ctx() context: Context,
    @Arg('id', () => ID, { description: 'Id of any kind.' }) id: string,
  ): Promise<object | null> {
    return loadNode(context, id);
  }

  @Query(() => ApiKeyConnection, { description: 'All API keys, also revoked ones, newest first.' })
  @Right('access:read')
  async apiKeys(
    @Ctx() { scope }: Context,
    @Arg('first', () => Int, { nullable: true, description: 'Rows wanted, 1 to 100. Null or absent: 20.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: '`endCursor` of the page before. Null: from the top.' })
    after: string | null,
  ): Promise<Connection<ApiKeyRow>> {
    return toConnection(await listApiKeys(scope, readPageRequest(first, after)));
  }

  @Query(() => AccessChangeConnection, {
    description:
      'Who gave or took which access, newest first: keys made, changed, rotated, revoked, and tokens revoked.',
  })
  @Right('access:read')
  async accessChanges(
    @Ctx() { scope }: Context,
    @Arg('principal', () => ID, {
      nullable: true,
      description: 'Only of this key, or this principal of tokens. Null or absent: all.',
    })
    principal: string | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<AccessChangeRow>> {
    return toConnection(
      await listAccessChanges(scope, { principal: principal ?? null }, readPageRequest(first, after)),
    );
  }
}
