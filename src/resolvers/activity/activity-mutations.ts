import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';

import { ActivityInput } from '../../schema/activity/activity-input.ts';
import { ActivitiesRecordPayload, ActivityRecordPayload } from '../../schema/activity/activity-payload.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { recordActivities, recordActivity, type RefusedActivity } from '../../services/activity/record-activities.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ofOne } from '../of-one.ts';

@Resolver()
export class ActivityMutations {
  @Mutation(() => ActivityRecordPayload, {
    description:
      'Records one activity: it is in the packet of whoever watches, and on the timeline. Refused: INVALID_INPUT, NOT_FOUND (customer, location, conversation), NOT_ALLOWED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('activity:write')
  activityRecord(
    @Ctx() { scope, installation, loaders }: Context,
    @Arg('input', () => ActivityInput, { description: 'What happened.' }) input: ActivityInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      let isRepeat = false;
      const act = { mutation: 'activityRecord', key, input };
      const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
        const done = await ofOne(recordActivity(tx, input));
        isRepeat = done.isRepeat;
        return { id: done.id };
      });
      const activity = reachOf(scope.viewer, 'activity:read') ? await loaders.activity.load(ids.id) : null;
      return { activity, isRepeat: isRepeat || replayed };
    });
  }

  @Mutation(() => ActivitiesRecordPayload, {
    description:
      'Records many activities in one transaction: the good ones are stored, the bad ones named in `errors`. A customer’s own key or token that names anybody else is refused whole. Refused: INVALID_INPUT (none, or more than 1,000), NOT_FOUND, NOT_ALLOWED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Extensions({ pricePerItem: { argument: 'activities', points: 0.5 } })
  @Right('activity:write')
  activitiesRecord(
    @Ctx() { scope, installation }: Context,
    @Arg('activities', () => [ActivityInput], {
      description:
        'What happened, 1 to 1,000 in any order. All of it must fit into one request body (`MAX_BODY_BYTES`). Each adds half a point to the cost.',
    })
    activities: ActivityInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'activitiesRecord', key, input: activities };
      const { ids } = await idempotently(scope, installation, act, async (tx) => {
        const { recorded, repeated, refused } = await recordActivities(tx, activities);
        return { recorded: String(recorded), repeated: String(repeated), refused: JSON.stringify(refused) };
      });
      const refused = JSON.parse(ids.refused) as RefusedActivity[];
      return {
        recorded: Number(ids.recorded),
        repeated: Number(ids.repeated),
        errors: refused.map(({ index, ...error }) => ({ index, error })),
      };
    });
  }
}
