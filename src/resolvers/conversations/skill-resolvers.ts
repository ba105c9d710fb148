import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import {
  Skill,
  SkillConnection,
  SkillFilter,
  SkillReviewPayload,
  SkillUpsertInput,
  SkillUpsertPayload,
  SkillVersionConnection,
} from '../../schema/conversations/skill.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { listReviewsDue, listSkills, skillsByIds } from '../../services/conversations/skills/read-skills.ts';
import { reviewSkill } from '../../services/conversations/skills/review-skill.ts';
import type { Skill as SkillRow, SkillVersion as VersionRow } from '../../services/conversations/skills/skill.ts';
import { upsertSkill } from '../../services/conversations/skills/upsert-skill.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';
import { visible } from './visible.ts';

registerNode({
  kind: 'skill',
  type: 'Skill',
  load: async ({ scope, loaders }, id) =>
    reachOf(scope.viewer, 'agents:read') === null ? null : loaders.skill.load(id),
});

@Resolver()
export class SkillResolvers {
  @Query(() => SkillConnection, { description: 'The map of skills, what came onto it last first.' })
  @Right('agents:read')
  async skills(
    @Ctx() { scope }: Context,
    @Arg('filter', () => SkillFilter, { nullable: true, description: 'Which ones. Null or absent: all.' })
    filter: SkillFilter | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<SkillRow>> {
    return toConnection(await listSkills(scope, filter ?? {}, readPageRequest(first, after)));
  }

  @Query(() => SkillConnection, {
    description: 'Skills whose monthly review is due by now, the longest due first. `skillReview` takes one off.',
  })
  @Right('agents:read')
  async skillReviewsDue(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<SkillRow>> {
    return toConnection(await listReviewsDue(scope, readPageRequest(first, after)));
  }

  @Mutation(() => SkillUpsertPayload, {
    description:
      'Puts a skill on the map or changes how it is described, under a new version. Refused: INVALID_INPUT (also for a class that there is none of), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('agents:write')
  skillUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => SkillUpsertInput, { description: 'The skill.' }) input: SkillUpsertInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'skillUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await upsertSkill(tx, input),
      }));
      return { skill: await visible(scope, 'agents:read', ids.id, skillsByIds) };
    });
  }

  @Mutation(() => SkillReviewPayload, {
    description:
      'Says that a skill was looked at, with who has it, and is right as it stands: the next review is due in a month. Refused: NOT_FOUND, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('agents:write')
  skillReview(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The skill, `skl_…`.' }) id: string,
    @Arg('note', () => String, {
      nullable: true,
      description: 'What the review found, 2,000 characters at most. Null or absent: nothing to note.',
    })
    note: string | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'skillReview', key, input: { id, note: note ?? null } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await reviewSkill(tx, id, note),
      }));
      return { skill: await visible(scope, 'agents:read', ids.id, skillsByIds) };
    });
  }
}

@Resolver(() => Skill)
export class SkillFields {
  @FieldResolver(() => Int, { description: 'Agents who have it, at whatever level.' })
  @Right('agents:read')
  async agentCount(@Root() { skill }: SkillRow, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.agentCountOfSkill.load(skill))?.count ?? 0;
  }

  @FieldResolver(() => SkillVersionConnection, { description: 'What was done to it, the last first.' })
  @Right('agents:read')
  async versions(
    @Root() { id }: SkillRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<VersionRow>> {
    return toConnection(await loaders.versionsOfSkill.load({ id, request: readPageRequest(first, after) }));
  }
}
