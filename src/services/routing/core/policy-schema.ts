import { WEEKDAYS } from '../../../values/business-hours.ts';
import type { JsonSchema } from './check-by-schema.ts';

const NAME: JsonSchema = { type: 'string', minLength: 1, maxLength: 80 };
const SIGNAL: JsonSchema = {
  title: 'a lower-case word such as `language` or `open_issues`',
  type: 'string',
  pattern: '^[a-z][a-z0-9_]{0,39}$',
  description:
    'Name of a signal. Punos gives `channel`, `is_transfer` (known only of what a colleague handed over), `language`, `intent`, `topic`, `areas` (a list), `sentiment` (-1 to 1), `complexity` (1 to 5), `segment`, `value`, `open_issues`, `repeated_contacts`, `priority`, `inbox`, `brand` and `market`; enrichers add others.',
};
const SKILL: JsonSchema = {
  title: 'class:name, such as `language:fi`',
  type: 'string',
  maxLength: 100,
  pattern: '^[a-z][a-z_]{0,39}:[^\\s:][^:]*$',
};
const SKILL_OR_CLASS: JsonSchema = {
  title: 'a class of skills such as `area`, or class:name such as `language:fi`',
  type: 'string',
  maxLength: 100,
  pattern: '^[a-z][a-z_]{0,39}(:[^\\s:][^:]*)?$',
};
const LEVEL: JsonSchema = { type: 'integer', minimum: 1, maximum: 5 };
const MINUTES: JsonSchema = { type: 'number', minimum: -1_440, maximum: 1_440 };
const POINTS: JsonSchema = { type: 'number', minimum: 0, maximum: 1_000 };
const PLACES: JsonSchema = { type: 'number', minimum: 0.25, maximum: 1_000, multipleOf: 0.25 };
const WHOLE_PLACES: JsonSchema = { type: 'integer', minimum: 0, maximum: 1_000 };
const ACCEPT_SECONDS: JsonSchema = {
  type: 'integer',
  minimum: 0,
  maximum: 3_600,
  description:
    'How long an agent may think about what is offered before it goes to somebody else. 0: nobody is asked, the agent has it at once.',
};
const WRAP_UP_SECONDS: JsonSchema = {
  type: 'integer',
  minimum: 0,
  maximum: 3_600,
  description: 'How long the agent’s places stay taken after the work is done.',
};
const WORD: JsonSchema = { anyOf: [{ type: 'string', maxLength: 200 }, { type: 'number' }, { type: 'boolean' }] };
const WORDS: JsonSchema = { type: 'array', items: WORD, minItems: 1, maxItems: 100 };
const TEAM: JsonSchema = { type: 'string', minLength: 1, maxLength: 100, description: 'Id of a team, `tea_…`.' };
const TEAMS: JsonSchema = { type: 'array', items: TEAM, maxItems: 100 };
const WHEN: JsonSchema = {
  type: 'array',
  maxItems: 20,
  items: { $ref: '#/$defs/condition' },
  description: 'All of these must hold. None: always.',
};

const CONDITION: JsonSchema = {
  description: 'What must be true of a signal. One that is not known fulfils only `isKnown: false`.',
  type: 'object',
  required: ['signal'],
  additionalProperties: false,
  properties: {
    signal: SIGNAL,
    is: { ...WORDS, description: 'Its value is one of these; of a list, one of its words is.' },
    isNot: { ...WORDS, description: 'Its value is none of these.' },
    atLeast: { type: 'number', description: 'It is a number, and not smaller.' },
    atMost: { type: 'number', description: 'It is a number, and not larger.' },
    isKnown: { type: 'boolean', description: 'Whether anything is known of it.' },
  },
};

const REQUIREMENT: JsonSchema = {
  description: 'Derives a skill that a task asks for.',
  type: 'object',
  required: ['skill'],
  additionalProperties: false,
  properties: {
    skill: { ...SKILL, description: '`{value}` stands for the value of `signal`, of a list for each of its words.' },
    signal: { ...SIGNAL, description: 'Where `{value}` comes from. Not known: nothing is asked for.' },
    level: { ...LEVEL, default: 1, description: 'The lowest level that will do.' },
    levelFrom: { ...SIGNAL, description: 'A signal with a number from 1 to 5 that says the level instead.' },
    weight: { type: 'number', minimum: 0.1, maximum: 100, default: 1, description: 'Share in the skill fit.' },
    isRequired: {
      type: 'boolean',
      default: true,
      description: 'False: a wish. Who lacks it can be chosen, with fewer points.',
    },
    when: WHEN,
  },
};

const STEP: JsonSchema = {
  description: 'What changes for a task that has waited so long. What earlier steps changed stays.',
  type: 'object',
  required: ['afterSeconds'],
  additionalProperties: false,
  properties: {
    name: { ...NAME, description: 'For people. Absent: when it begins.' },
    afterSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: 2_592_000,
      description: 'Since the task began to wait. The step before expires here. The first begins at 0.',
    },
    pinTo: {
      enum: ['last_agent'],
      description: 'While this step lasts only who served the person last, as long as that agent is online.',
    },
    lower: {
      type: 'array',
      maxItems: 20,
      description: 'Skills, or whole classes of them, of which a lower level will do.',
      items: {
        type: 'object',
        required: ['skill', 'by'],
        additionalProperties: false,
        properties: { skill: SKILL_OR_CLASS, by: { type: 'integer', minimum: 1, maximum: 4 } },
      },
    },
    drop: {
      type: 'array',
      maxItems: 20,
      items: SKILL_OR_CLASS,
      description: 'Skills, or whole classes of them, that are only a wish from here on.',
    },
    addTeams: { ...TEAMS, description: 'Teams that may take it as well.' },
    anyTeam: { type: 'boolean', default: false, description: 'True: every team may take it.' },
    raisePriorityMinutes: { ...MINUTES, minimum: 0, default: 0, description: 'As if it had waited so much longer.' },
    overflowTo: {
      type: 'array',
      maxItems: 10,
      items: NAME,
      description: 'Queues whose agents may take it as well, by what these queues ask for.',
    },
    escalate: {
      type: 'boolean',
      default: false,
      description: 'True: the next level of the queue’s `escalation` may take it as well.',
    },
    offerCallback: { type: 'boolean', default: false, description: 'True: the customer is offered to be called back.' },
  },
};

const ESCALATION_LEVEL: JsonSchema = {
  description: 'A level of a line of escalation: its teams, with its skills and with the languages still asked for.',
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: NAME,
    teams: { ...TEAMS, description: 'Absent or empty: whoever has the skills.' },
    skills: {
      type: 'array',
      maxItems: 20,
      items: {
        type: 'object',
        required: ['skill'],
        additionalProperties: false,
        properties: { skill: SKILL, level: { ...LEVEL, default: 1 } },
      },
    },
  },
};

const REQUIREMENTS: JsonSchema = { type: 'array', maxItems: 50, items: { $ref: '#/$defs/requirement' } };
const STEPS: JsonSchema = { type: 'array', minItems: 1, maxItems: 50, items: { $ref: '#/$defs/step' } };
const ESCALATION: JsonSchema = { type: 'array', maxItems: 10, items: { $ref: '#/$defs/escalationLevel' } };

const QUEUE: JsonSchema = {
  description: 'Tasks that are served alike.',
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: NAME,
    when: { ...WHEN, description: 'Which tasks: all of these must hold. The last queue has none and takes the rest.' },
    teams: { ...TEAMS, description: 'Who serves it. Absent or empty: everybody.' },
    requirements: { ...REQUIREMENTS, description: 'Instead of those of the policy.' },
    priorityMinutes: { ...MINUTES, default: 0, description: 'As if its tasks had waited so much longer.' },
    steps: { ...STEPS, description: 'Instead of those of the policy.' },
    escalation: { ...ESCALATION, description: 'Instead of that of the policy.' },
  },
};

const CLOCK = (title: string, pattern: string): JsonSchema => ({ title, type: 'string', pattern });

const CALENDAR: JsonSchema = {
  description: 'When somebody works, by the clocks of one place.',
  type: 'object',
  required: ['timeZone', 'weekly'],
  additionalProperties: false,
  properties: {
    timeZone: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      description: 'As IANA names time zones: `Europe/Helsinki`.',
    },
    weekly: {
      description: 'Open hours of a week, several a day. A day that is not named is closed.',
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        required: ['days', 'opensAt', 'closesAt'],
        additionalProperties: false,
        properties: {
          days: { type: 'array', minItems: 1, maxItems: 7, items: { enum: [...WEEKDAYS] } },
          opensAt: CLOCK('`00:00` to `23:59`', '^([01]\\d|2[0-3]):[0-5]\\d$'),
          closesAt: {
            ...CLOCK('`00:00` to `24:00`', '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$'),
            description: 'Earlier than it opens: of the next day.',
          },
        },
      },
    },
    holidays: {
      description: 'Local dates on which nothing opens; what opened the evening before goes on.',
      type: 'array',
      maxItems: 400,
      items: { title: 'a date such as 2026-12-25', type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
    },
  },
};

const RECEPTION: JsonSchema = {
  description: 'Who comes first to a customer whom nobody serves, in inboxes with `routing: BY_POLICY`.',
  type: 'object',
  required: ['name', 'by'],
  additionalProperties: false,
  properties: {
    name: { ...NAME, description: 'For people: the reason that stands in the decision.' },
    by: {
      enum: ['bot', 'person'],
      description: '`person`: an agent is asked for. `bot`: it is left to whichever bot takes it.',
    },
    when: {
      ...WHEN,
      description:
        'All of these must hold. Here there are also `has_bot` (whether a key of a bot is in use) and `waiting_seconds`. The last rule has none and takes the rest.',
    },
    during: { ...NAME, description: 'One of `calendars`: only while it is open.' },
    outside: { ...NAME, description: 'One of `calendars`: only while it is closed.' },
  },
};

const SECONDS: JsonSchema = { type: 'integer', minimum: 1, maximum: 31_536_000 };

const SERVICE_LEVEL: JsonSchema = {
  description:
    'How soon customers are to be served. Open time of the calendar counts, and only while they wait for us.',
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: NAME,
    when: {
      ...WHEN,
      description: 'Of which conversations: all of these must hold. The last has none and takes the rest.',
    },
    calendar: { ...NAME, description: 'One of `calendars`. Absent: every hour counts.' },
    firstResponseSeconds: { ...SECONDS, description: 'From the first message to the first answer. Absent: no target.' },
    nextResponseSeconds: { ...SECONDS, description: 'From a later message to its answer. Absent: no target.' },
    resolutionSeconds: {
      ...SECONDS,
      description: 'In all, from the first message until it is resolved. Absent: no target.',
    },
    warnBeforeSeconds: {
      ...SECONDS,
      description: 'How long before a target is missed it is warned of. Absent: a fifth of the target.',
    },
  },
};

/** The form of a routing policy, as it is published. What it cannot say is checked by read-policy.ts. */
export const POLICY_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Routing policy of Punos',
  description:
    'Who gets which interaction. Everything may be left out: what is absent is as in the default policy. See docs/routing.md.',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', maxLength: 500, description: 'For editors. Not read.' },
    name: { ...NAME, default: 'default' },
    capacity: {
      description: 'How many of an agent’s places a task takes.',
      type: 'object',
      additionalProperties: false,
      properties: {
        weight: { ...PLACES, default: 1, description: 'On channels that are not named.' },
        consultation: {
          anyOf: [WHOLE_PLACES, { enum: ['all'] }],
          default: 1,
          description: 'Of a colleague who advises on somebody else’s conversation. `all`: every place of the agent.',
        },
        channels: {
          description: 'By name of the channel. Replaces the default for the channels that it names.',
          type: 'object',
          maxProperties: 100,
          propertyNames: { pattern: '^[a-z][a-z0-9_]{0,39}$' },
          additionalProperties: {
            type: 'object',
            required: ['weight'],
            additionalProperties: false,
            properties: {
              weight: { anyOf: [PLACES, { enum: ['all'] }], description: '`all`: every place of the agent.' },
              yields: {
                type: 'boolean',
                default: false,
                description: 'True: places that it takes are free for channels that do not yield.',
              },
            },
          },
        },
      },
    },
    weights: {
      description: 'Points of the score.',
      type: 'object',
      additionalProperties: false,
      properties: {
        skillFit: { ...POINTS, description: 'For the best skill fit.' },
        freePlaces: { ...POINTS, description: 'For an agent whose places are all free.' },
        continuity: { ...POINTS, description: 'For an agent who has served the person before.' },
        idleMinute: { ...POINTS, description: 'For each minute since the agent last got or finished work.' },
        waitingMinute: { ...POINTS, description: 'For each minute that the task has waited, priority included.' },
      },
    },
    skillsNobodyHas: {
      enum: ['ignore', 'require'],
      default: 'ignore',
      description: 'A required skill that no agent has at all: only a wish (`ignore`), or the task waits (`require`).',
    },
    declineSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: 86_400,
      description: 'How long an agent who rejected a task or let its offer time out is not asked again.',
    },
    offers: {
      description: 'How work comes to an agent and leaves again.',
      type: 'object',
      additionalProperties: false,
      properties: {
        acceptSeconds: { ...ACCEPT_SECONDS, default: 0 },
        wrapUpSeconds: { ...WRAP_UP_SECONDS, default: 0 },
        channels: {
          description: 'By name of the channel. What is left out is as on the others.',
          type: 'object',
          maxProperties: 100,
          propertyNames: { pattern: '^[a-z][a-z0-9_]{0,39}$' },
          additionalProperties: {
            type: 'object',
            additionalProperties: false,
            properties: { acceptSeconds: ACCEPT_SECONDS, wrapUpSeconds: WRAP_UP_SECONDS },
          },
        },
      },
    },
    requirements: {
      ...REQUIREMENTS,
      description: 'Skills that a task asks for, of queues that have none of their own.',
    },
    priorities: {
      description: 'Minutes that are added to the waiting time; of several that hold, all.',
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        required: ['when', 'minutes'],
        additionalProperties: false,
        properties: { when: WHEN, minutes: MINUTES },
      },
    },
    reception: {
      description: 'Whether a bot or a person comes first. The first rule that holds counts.',
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: { $ref: '#/$defs/reception' },
    },
    steps: { ...STEPS, description: 'Of queues that have none of their own.' },
    escalation: { ...ESCALATION, description: 'The line of escalation of queues that have none of their own.' },
    queues: {
      description: 'The first whose conditions hold takes the task.',
      type: 'array',
      minItems: 1,
      maxItems: 200,
      items: { $ref: '#/$defs/queue' },
    },
    calendars: {
      description: 'When somebody works, by name.',
      type: 'object',
      maxProperties: 50,
      propertyNames: { pattern: '^[^\\s].{0,79}$' },
      additionalProperties: { $ref: '#/$defs/calendar' },
    },
    serviceLevels: {
      description: 'How soon customers are to be served. The first whose conditions hold counts.',
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: { $ref: '#/$defs/serviceLevel' },
    },
  },
  $defs: {
    condition: CONDITION,
    requirement: REQUIREMENT,
    step: STEP,
    escalationLevel: ESCALATION_LEVEL,
    queue: QUEUE,
    calendar: CALENDAR,
    serviceLevel: SERVICE_LEVEL,
    reception: RECEPTION,
  },
};
