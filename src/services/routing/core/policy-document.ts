import type { Weekday } from '../../../values/business-hours.ts';
import type {
  ChannelWeight,
  Condition,
  EscalationLevel,
  OfferTerms,
  ReceptionRule,
  RequirementRule,
  RoutingPolicy,
  ScoreWeights,
  ServiceLevel,
  Step,
} from './routing-policy.ts';

export type RequirementDocument = Partial<RequirementRule> & Pick<RequirementRule, 'skill'>;
export type StepDocument = Partial<Step> & Pick<Step, 'afterSeconds'>;
type LevelDocument = Pick<EscalationLevel, 'name'> &
  Partial<Pick<EscalationLevel, 'teams'>> & { readonly skills?: readonly { skill: string; level?: number }[] };

export interface QueueDocument {
  readonly name: string;
  readonly when?: readonly Condition[];
  readonly teams?: readonly string[];
  readonly requirements?: readonly RequirementDocument[];
  readonly priorityMinutes?: number;
  readonly steps?: readonly StepDocument[];
  readonly escalation?: readonly LevelDocument[];
}

/** When somebody works, by the clocks of one place. */
export interface CalendarDocument {
  readonly timeZone: string;
  readonly weekly: readonly {
    readonly days: readonly Weekday[];
    readonly opensAt: string;
    readonly closesAt: string;
  }[];
  readonly holidays?: readonly string[];
}

export type ServiceLevelDocument = Pick<ServiceLevel, 'name'> & {
  readonly [Field in Exclude<keyof ServiceLevel, 'name' | 'hours'>]?: NonNullable<ServiceLevel[Field]>;
};

export type ReceptionDocument = Pick<ReceptionRule, 'name' | 'by'> &
  Partial<Pick<ReceptionRule, 'when'>> & {
    /** Names of calendars. */
    readonly during?: string;
    readonly outside?: string;
  };

/** A policy as people write it, of the form of POLICY_SCHEMA. */
export interface PolicyDocument {
  readonly $schema?: string;
  readonly name?: string;
  readonly capacity?: {
    readonly weight?: number;
    readonly consultation?: RoutingPolicy['capacity']['consultation'];
    readonly channels?: Readonly<Record<string, Pick<ChannelWeight, 'weight'> & { readonly yields?: boolean }>>;
  };
  readonly weights?: Partial<ScoreWeights>;
  readonly skillsNobodyHas?: RoutingPolicy['skillsNobodyHas'];
  readonly declineSeconds?: number;
  readonly offers?: Partial<OfferTerms> & { readonly channels?: Readonly<Record<string, Partial<OfferTerms>>> };
  readonly requirements?: readonly RequirementDocument[];
  readonly priorities?: RoutingPolicy['priorities'];
  readonly reception?: readonly ReceptionDocument[];
  readonly steps?: readonly StepDocument[];
  readonly escalation?: readonly LevelDocument[];
  readonly queues?: readonly QueueDocument[];
  readonly calendars?: Readonly<Record<string, CalendarDocument>>;
  readonly serviceLevels?: readonly ServiceLevelDocument[];
}
