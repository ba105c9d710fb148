import type { AgentId } from '../../../values/ids.ts';
import { seededRandom } from '../../../values/seeded-random.ts';
import type { RoutingAgent, RoutingTask } from '../core/routing-state.ts';
import type { Contact, SimulatedDay } from './simulate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIDNIGHT = Date.parse('2026-11-27T00:00:00Z');
export const AREAS = ['delivery', 'returns', 'payment', 'product', 'account'];
const LANGUAGES: [name: string, share: number][] = [
  ['fi', 0.6],
  ['en', 0.2],
  ['sv', 0.1],
  ['et', 0.1],
];
const CHANNELS: [name: string, share: number, minutes: number][] = [
  ['live_chat', 0.45, 9],
  ['voice', 0.2, 5],
  ['email', 0.25, 8],
  ['whatsapp', 0.1, 10],
];
/** Contacts an hour beside the mean of the day, from 8 to 20 o'clock: Black Friday, with its two humps. */
const HUMPS = [0.7, 0.95, 1.2, 1.35, 1.25, 1, 0.85, 0.9, 1.1, 1.15, 0.9, 0.65];
const OPENS_AT = MIDNIGHT + 8 * HOUR_MS;
/** Without the area's skill somebody else is asked so often; without the language always. */
const PASSED_ON = 0.5;
/** After so many people the next one sees it through. */
const MOST_PASSES = 3;

export interface DayOptions {
  seed: number;
  agents: number;
  contactsAnHour: number;
}

/** A day in the service of a shop in four languages, over four channels, drawn from a seed. */
export function peakDay({ seed, agents, contactsAnHour }: DayOptions): SimulatedDay & { contacts: Contact[] } {
  const random = seededRandom(seed);
  const staff = Array.from({ length: agents }, (_, i) => anAgent(i, random));
  return {
    startsAt: OPENS_AT,
    agents: staff,
    changes: breaks(staff, random),
    contacts: contacts(contactsAnHour, random),
  };
}

function anAgent(i: number, random: () => number): RoutingAgent {
  const skills: Record<string, number> = {};
  // Of ten people seven speak Finnish, as of their customers.
  skills[`language:${drawn(LANGUAGES, (i % 10) / 10 + 0.05)}`] = 5;
  if (random() < 0.5) skills['language:en'] ??= 3;
  if (random() < 0.3) skills['language:fi'] ??= 3;
  for (const area of AREAS) if (random() < 0.45) skills[`area:${area}`] = 1 + Math.floor(random() * 5);
  for (const [channel] of CHANNELS) if (random() < 0.4) skills[`channel:${channel}`] = 3;
  return {
    id: `agt_${String(i).padStart(4, '0')}` as AgentId,
    name: `Agent ${i}`,
    presence: 'online',
    channelsOff: i % 5 < 2 ? ['voice'] : [],
    capacity: 3,
    placesTaken: 0,
    skills,
    teamIds: [],
    lastWorkAt: OPENS_AT - Math.floor(random() * HOUR_MS),
  };
}

/** Each agent has half an hour of lunch, one after the other. */
function breaks(staff: readonly RoutingAgent[], random: () => number) {
  return staff
    .flatMap((agent) => {
      const at = OPENS_AT + (2 + 4 * random()) * HOUR_MS;
      return [
        { at, agent: { ...agent, presence: 'away' as const } },
        { at: at + HOUR_MS / 2, agent },
      ];
    })
    .sort((a, b) => a.at - b.at || (a.agent.id < b.agent.id ? -1 : 1));
}

function contacts(anHour: number, random: () => number): Contact[] {
  const all: Contact[] = [];
  const peak = Math.max(...HUMPS) * anHour;
  for (let at = OPENS_AT + gap(peak, random); at < OPENS_AT + HUMPS.length * HOUR_MS; at += gap(peak, random)) {
    const hump = HUMPS[Math.floor((at - OPENS_AT) / HOUR_MS)]!;
    // Thinned from the peak's rate to the hour's.
    if (random() * Math.max(...HUMPS) > hump) continue;
    all.push(aContact(all.length, at, random));
  }
  return all;
}

const gap = (anHour: number, random: () => number) => (-Math.log(1 - random()) * HOUR_MS) / anHour;

function aContact(n: number, at: number, random: () => number): Contact {
  const language = drawn(LANGUAGES, random());
  const area = AREAS[Math.floor(random() * AREAS.length)]!;
  const channel = drawn(CHANNELS, random());
  const minutes = CHANNELS.find(([name]) => name === channel)![2];
  const signal = (value: string | string[]) => ({ value, source: 'simulation', at });
  const task: RoutingTask = {
    id: `t${String(n).padStart(6, '0')}`,
    channel,
    signals: { language: signal(language), areas: signal([area]) },
    waitingSince: at,
    priorityMinutes: 0,
    teamId: null,
    isTransfer: false,
    pin: null,
    earlierAgentIds: [],
    declines: [],
    actedThrough: -1,
  };
  const efforts = Array.from({ length: MOST_PASSES + 1 }, () => -Math.log(1 - random()) * minutes * MINUTE_MS);
  const luck = Array.from({ length: MOST_PASSES + 1 }, () => random());
  return {
    task,
    outcome({ skills }, attempt) {
      const level = skills[`area:${area}`] ?? 0;
      const isPassedOn =
        attempt < MOST_PASSES && (!(`language:${language}` in skills) || (level === 0 && luck[attempt]! < PASSED_ON));
      // Who knows little takes longer; who passes it on has heard a third of it.
      const pace = level === 0 ? 1.4 : 1.25 - 0.05 * level;
      return { tookMs: 1_000 + efforts[attempt]! * pace * (isPassedOn ? 0.33 : 1), isPassedOn };
    },
  };
}

/** The name in whose part of the whole a number from 0 to 1 falls. */
function drawn(shares: readonly (readonly [name: string, share: number, ...rest: unknown[]])[], at: number): string {
  let sum = 0;
  for (const [name, share] of shares) if (at < (sum += share)) return name;
  return shares.at(-1)![0];
}

/** How well somebody is fit for a contact: the level of language and area, as a share of the best. */
export function fitOf({ task }: Contact, { skills }: RoutingAgent): number {
  const area = (task.signals['areas']!.value as readonly string[])[0]!;
  const language = String(task.signals['language']!.value);
  return ((skills[`language:${language}`] ?? 0) + (skills[`area:${area}`] ?? 0)) / 10;
}
