import { type BusinessHours, clockSpan, isTimeZone, WEEKDAYS } from '../../../values/business-hours.ts';
import { checkBySchema, type Fault } from './check-by-schema.ts';
import { DEFAULT_POLICY_DOCUMENT } from './default-policy.ts';
import type {
  CalendarDocument,
  PolicyDocument,
  QueueDocument,
  RequirementDocument,
  ServiceLevelDocument,
  StepDocument,
} from './policy-document.ts';
import { POLICY_SCHEMA } from './policy-schema.ts';
import type {
  OfferTerms,
  Queue,
  RequirementRule,
  RoutingPolicy,
  ScoreWeights,
  ServiceLevel,
  Step,
} from './routing-policy.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** Reads a policy: either one that can be followed, or everything that is wrong with the document. */
export function readPolicy(
  document: unknown,
):
  | { readonly policy: RoutingPolicy; readonly faults: readonly [] }
  | { readonly policy: null; readonly faults: readonly Fault[] } {
  const faults = checkBySchema(document, POLICY_SCHEMA);
  if (faults.length > 0) return { policy: null, faults };
  const written = document as PolicyDocument;
  const contradictions = contradictionsOf(written);
  if (contradictions.length > 0) return { policy: null, faults: contradictions };
  return { policy: complete(written), faults: [] };
}

/** A policy from a document that is known to be right. */
export function policyOf(document: PolicyDocument): RoutingPolicy {
  const { policy, faults } = readPolicy(document);
  if (!policy) throw new Error(faults.map(({ path, sentence }) => `${path.join('.')}: ${sentence}`).join(' '));
  return policy;
}

/** What a schema cannot say: what must agree with something elsewhere in the document. */
function contradictionsOf(document: PolicyDocument): Fault[] {
  const faults: Fault[] = [];
  const blame = (sentence: string, ...path: (string | number)[]) => faults.push({ path: path.map(String), sentence });
  const queues = document.queues ?? DEFAULT_POLICY_DOCUMENT.queues;
  const names = queues.map(({ name }) => name);
  const check = (what: Pick<QueueDocument, 'requirements' | 'steps'>, ...at: (string | number)[]) => {
    what.requirements?.forEach((rule, i) => checkRule(rule, (sentence) => blame(sentence, ...at, 'requirements', i)));
    what.steps?.forEach((step, i, steps) => {
      const before = steps[i - 1]?.afterSeconds;
      if (before === undefined && step.afterSeconds !== 0)
        blame('The first step begins at 0.', ...at, 'steps', i, 'afterSeconds');
      if (before !== undefined && step.afterSeconds <= before)
        blame(`This step must begin after the one before it (${before}).`, ...at, 'steps', i, 'afterSeconds');
      step.overflowTo?.forEach((name, place) => {
        if (!names.includes(name)) blame(`There is no queue "${name}".`, ...at, 'steps', i, 'overflowTo', place);
      });
    });
  };
  check(document);
  queues.forEach((queue, i) => {
    check(queue, 'queues', i);
    if (names.indexOf(queue.name) < i) blame(`There is another queue "${queue.name}".`, 'queues', i, 'name');
    const takesAll = (queue.when ?? []).length === 0;
    if (takesAll && i < queues.length - 1)
      blame(
        'This queue takes every task, so that those after it never get one. Give it conditions, or put it last.',
        'queues',
        i,
      );
    if (!takesAll && i === queues.length - 1)
      blame('The last queue takes what no other took: it has no conditions.', 'queues', i, 'when');
    const steps = queue.steps ?? document.steps ?? DEFAULT_POLICY_DOCUMENT.steps;
    const levels = queue.escalation ?? document.escalation ?? DEFAULT_POLICY_DOCUMENT.escalation;
    const escalating = steps.filter(({ escalate }) => escalate).length;
    if (escalating > levels.length)
      blame(
        `Its steps escalate ${escalating} times, and its line of escalation has ${levels.length} levels.`,
        ...['queues', i, queue.escalation ? 'escalation' : queue.steps ? 'steps' : 'name'],
      );
  });
  checkServiceLevels(document, blame);
  checkReception(document, blame);
  return faults;
}

function checkServiceLevels(document: PolicyDocument, blame: (sentence: string, ...path: (string | number)[]) => void) {
  const calendars = document.calendars ?? {};
  for (const [name, calendar] of Object.entries(calendars)) checkCalendar(name, calendar, blame);
  const levels = document.serviceLevels ?? [];
  levels.forEach((level, i) => {
    if (level.calendar !== undefined && !Object.hasOwn(calendars, level.calendar))
      blame(`There is no calendar "${level.calendar}".`, 'serviceLevels', i, 'calendar');
    if (levels.findIndex(({ name }) => name === level.name) < i)
      blame(`There is another service level "${level.name}".`, 'serviceLevels', i, 'name');
    const takesAll = (level.when ?? []).length === 0;
    if (takesAll && i < levels.length - 1)
      blame(
        'This service level counts for every conversation, so that those after it never do. Give it conditions, or put it last.',
        'serviceLevels',
        i,
      );
    if (!takesAll && i === levels.length - 1)
      blame('The last service level is for all others: it has no conditions.', 'serviceLevels', i, 'when');
  });
}

function checkReception(
  { reception = [], calendars = {} }: PolicyDocument,
  blame: (sentence: string, ...path: (string | number)[]) => void,
): void {
  reception.forEach((rule, i) => {
    for (const key of ['during', 'outside'] as const)
      if (rule[key] !== undefined && !Object.hasOwn(calendars, rule[key]))
        blame(`There is no calendar "${rule[key]}".`, 'reception', i, key);
    if (reception.findIndex(({ name }) => name === rule.name) < i)
      blame(`There is another rule "${rule.name}".`, 'reception', i, 'name');
    const takesAll = (rule.when ?? []).length === 0 && rule.during === undefined && rule.outside === undefined;
    if (takesAll && i < reception.length - 1)
      blame(
        'This rule holds for everybody, so that those after it never do. Give it conditions, or put it last.',
        'reception',
        i,
      );
    if (!takesAll && i === reception.length - 1)
      blame('The last rule is for all others: it has no conditions and no hours.', 'reception', i);
  });
}

function checkCalendar(
  name: string,
  { timeZone, weekly, holidays = [] }: CalendarDocument,
  blame: (sentence: string, ...path: (string | number)[]) => void,
): void {
  const at = ['calendars', name] as const;
  if (!isTimeZone(timeZone))
    blame('A time zone is a name of the IANA, for example Europe/Helsinki.', ...at, 'timeZone');
  // From Monday 00:00 on; what closes on Monday morning stands after the Sunday.
  const taken: { from: number; to: number }[] = [];
  weekly.forEach(({ days, opensAt, closesAt }, i) => {
    if (opensAt === closesAt)
      return blame('This must close at another time than it opens.', ...at, 'weekly', i, 'closesAt');
    for (const day of days) {
      const clock = clockSpan({ opensAt, closesAt });
      const monday = WEEKDAYS.indexOf(day) * DAY_MS;
      const span = { from: monday + clock.from, to: monday + clock.to };
      const clashes = [-WEEK_MS, 0, WEEK_MS].some((week) =>
        taken.some((other) => other.from + week < span.to && span.from < other.to + week),
      );
      if (clashes) blame(`These hours overlap others, on ${day}.`, ...at, 'weekly', i);
      taken.push(span);
    }
  });
  holidays.forEach((date, i) => {
    const time = Date.parse(date);
    if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date)
      blame('There is no such date.', ...at, 'holidays', i);
  });
}

function checkRule({ skill, signal }: RequirementDocument, blame: (sentence: string) => void): void {
  const hasPlace = skill.includes('{value}');
  if (hasPlace && signal === undefined) blame('`skill` has a {value}, and no `signal` to take it from.');
  if (!hasPlace && signal !== undefined)
    blame('`signal` is only for a `skill` with a {value}. Say `when` it is asked for.');
  if (/[{}]/.test(skill.replace('{value}', '')))
    blame('The one thing in braces that `skill` may have is {value}, once.');
}

function complete(document: PolicyDocument): RoutingPolicy {
  const given = { ...DEFAULT_POLICY_DOCUMENT, ...document };
  const { capacity, weights } = DEFAULT_POLICY_DOCUMENT;
  const channels = { ...capacity.channels, ...given.capacity.channels };
  return {
    name: given.name,
    capacity: {
      weight: given.capacity.weight ?? capacity.weight ?? 1,
      consultation: given.capacity.consultation ?? capacity.consultation ?? 1,
      channels: Object.fromEntries(
        Object.entries(channels).map(([channel, { weight, yields = false }]) => [channel, { weight, yields }]),
      ),
    },
    weights: { ...(weights as ScoreWeights), ...given.weights },
    skillsNobodyHas: given.skillsNobodyHas,
    declineSeconds: given.declineSeconds,
    offers: completeOffers(given.offers),
    priorities: given.priorities,
    queues: given.queues.map((queue): Queue => ({
      name: queue.name,
      when: queue.when ?? [],
      teams: queue.teams ?? [],
      requirements: (queue.requirements ?? given.requirements).map(completeRule),
      priorityMinutes: queue.priorityMinutes ?? 0,
      steps: (queue.steps ?? given.steps).map(completeStep),
      escalation: (queue.escalation ?? given.escalation).map(({ name, teams = [], skills = [] }) => ({
        name,
        teams,
        skills: skills.map(({ skill, level = 1 }) => ({ skill, level })),
      })),
    })),
    reception: given.reception.map(({ name, by, when = [], during, outside }) => ({
      ...{ name, by, when },
      during: during === undefined ? null : hoursOf(given.calendars[during]!),
      outside: outside === undefined ? null : hoursOf(given.calendars[outside]!),
    })),
    serviceLevels: given.serviceLevels.map((level) => completeLevel(level, given.calendars)),
  };
}

function completeOffers({ channels = {}, ...given }: NonNullable<PolicyDocument['offers']>): RoutingPolicy['offers'] {
  const terms: OfferTerms = { acceptSeconds: 0, wrapUpSeconds: 0, ...given };
  return {
    ...terms,
    channels: Object.fromEntries(Object.entries(channels).map(([channel, own]) => [channel, { ...terms, ...own }])),
  };
}

const completeLevel = (
  level: ServiceLevelDocument,
  calendars: Readonly<Record<string, CalendarDocument>>,
): ServiceLevel => ({
  when: [],
  calendar: null,
  firstResponseSeconds: null,
  nextResponseSeconds: null,
  resolutionSeconds: null,
  warnBeforeSeconds: null,
  ...level,
  hours: level.calendar === undefined ? null : hoursOf(calendars[level.calendar]!),
});

const hoursOf = ({ timeZone, weekly, holidays = [] }: CalendarDocument): BusinessHours => ({
  timeZone,
  weekly: weekly.flatMap(({ days, opensAt, closesAt }) => days.map((day) => ({ day, opensAt, closesAt }))),
  holidays,
});

const completeRule = (rule: RequirementDocument): RequirementRule => ({
  signal: null,
  level: 1,
  levelFrom: null,
  weight: 1,
  isRequired: true,
  when: [],
  ...rule,
});

const completeStep = (step: StepDocument): Step => ({
  name: `after ${step.afterSeconds} s`,
  pinTo: null,
  lower: [],
  drop: [],
  addTeams: [],
  anyTeam: false,
  raisePriorityMinutes: 0,
  overflowTo: [],
  escalate: false,
  offerCallback: false,
  ...step,
});
