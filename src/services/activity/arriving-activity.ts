import type { ActivityId, CustomerId } from '../../values/ids.ts';
import type { ToldActivity } from './activity.ts';
import type { CheckedActivity } from './check-activity.ts';

/** Whose an activity is: the customer it came with, and the person that this customer is now. */
export interface Whose {
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
}

/** An activity on its way in, with its place in what was sent. */
export interface ArrivingActivity extends CheckedActivity {
  readonly index: number;
  readonly told: ToldActivity;
  readonly source: string;
}

/** An activity that is a row now. */
export interface WrittenActivity extends ArrivingActivity, Whose {
  readonly id: ActivityId;
}
