import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Customer, CustomerConnection } from '../../schema/customers/customer.ts';
import { Right } from '../../schema/right.ts';
import {
  Segment,
  SegmentConnection,
  SegmentCreateInput,
  SegmentCreatePayload,
  SegmentDeletePayload,
  SegmentMembership,
  SegmentUpdateInput,
  SegmentUpdatePayload,
} from '../../schema/segments/segment.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import type { Scope } from '../../services/scope.ts';
import { listSegments, segmentById } from '../../services/segments/read-segments.ts';
import type { Segment as Row } from '../../services/segments/segment.ts';
import { createSegment, deleteSegment, updateSegment } from '../../services/segments/write-segment.ts';
import { readPageRequest } from '../../values/page.ts';
import type { SegmentFilter } from '../../values/segments.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';
import { fromInput, toJson } from './segment-filter-words.ts';

registerNode({
  kind: 'segment',
  type: 'Segment',
  load: async ({ scope }, id) => (reachOf(scope.viewer, 'segments:read') ? segmentById(scope, id) : null),
});

@Resolver(() => Segment)
export class SegmentFields {
  @FieldResolver(() => String, { description: 'Its filter as JSON, as `SegmentFilterInput` takes it.' })
  @Right('segments:read')
  filter(@Root() { filter }: Row): string {
    return toJson(filter);
  }

  @FieldResolver(() => CustomerConnection, {
    description: 'The persons who belong to it, who entered last first. Asks the right `customers:read`.',
  })
  @Right('customers:read')
  async customers(
    @Root() { id }: Row,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<CustomerRow>> {
    return toConnection(await loaders.membersOfSegment.load({ id, request: readPageRequest(first, after) }));
  }
}

@Resolver(() => Customer)
export class CustomerSegmentFields {
  @FieldResolver(() => [SegmentMembership], {
    description:
      'The segments that the person belongs to, by name; 500 at most. Empty where TRAITS are hidden from you: `dataClasses`.',
  })
  @Right('segments:read')
  async segments(@Root() { id }: CustomerRow, @Ctx() { loaders }: Context) {
    const [segments, hidden] = await Promise.all([
      loaders.segmentsOfPerson.load(id),
      loaders.hiddenClassesOfPerson(id),
    ]);
    return hidden.has('traits') ? [] : segments;
  }
}

const SEGMENT_ID = { description: 'The segment, `seg_…`.' };

@Resolver()
export class SegmentResolvers {
  @Query(() => SegmentConnection, { description: 'All segments, the newest first.' })
  @Right('segments:read')
  async segments(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Row>> {
    return toConnection(await listSegments(scope, readPageRequest(first, after)));
  }

  @Query(() => Segment, { nullable: true, description: 'A segment by its id. Null: there is none.' })
  @Right('segments:read')
  segment(@Ctx() { scope }: Context, @Arg('id', () => ID, SEGMENT_ID) id: string): Promise<Row | null> {
    return segmentById(scope, id);
  }

  @Mutation(() => SegmentCreatePayload, {
    description:
      'Saves a filter. Everybody who is stored is looked at by and by (`isComplete`, `examined`), whoever changes within a second or so; each who enters or leaves is told of by an event. Refused: INVALID_INPUT, NAME_TAKEN, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('segments:write')
  segmentCreate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => SegmentCreateInput, { description: 'The segment.' }) input: SegmentCreateInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const statement = { name: input.name, filter: fromInput(input.filter) };
      const act = { mutation: 'segmentCreate', key, input: statement };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await createSegment(tx, statement),
      }));
      return { segment: await visible(scope, ids.id) };
    });
  }

  @Mutation(() => SegmentUpdatePayload, {
    description:
      'Changes the name or the filter of a segment. With another filter everybody is looked at again; who belongs to it no more leaves. Refused: NOT_FOUND, INVALID_INPUT, NAME_TAKEN, CONFLICT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('segments:write')
  segmentUpdate(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, SEGMENT_ID) id: string,
    @Arg('input', () => SegmentUpdateInput, { description: 'What changes.' }) input: SegmentUpdateInput,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description:
        'The version that it was decided on; another one is refused with CONFLICT. Null or absent: whichever.',
    })
    expectedVersion: number | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const filter: SegmentFilter | null = input.filter ? fromInput(input.filter) : null;
      const statement = { ...(input.name != null && { name: input.name }), ...(filter && { filter }) };
      const act = { mutation: 'segmentUpdate', key, input: { id, statement, expectedVersion } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await updateSegment(tx, id, statement, expectedVersion),
      }));
      return { segment: await visible(scope, ids.id) };
    });
  }

  @Mutation(() => SegmentDeletePayload, {
    description:
      'Deletes a segment. Nobody sees it from then on; each of its members leaves, with an event. Refused: NOT_FOUND, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('segments:write')
  segmentDelete(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, SEGMENT_ID) id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'segmentDelete', key, input: { id } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({ id: await deleteSegment(tx, id) }));
      return { segmentId: ids.id };
    });
  }
}

/** Writing alone does not show what is there. */
const visible = async (scope: Scope, id: string): Promise<Row | null> =>
  reachOf(scope.viewer, 'segments:read') ? segmentById(scope, id) : null;
