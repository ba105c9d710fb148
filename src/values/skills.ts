import { editDistance } from './edit-distance.ts';

/** The classes of skills. Add at the end; never reuse a word. */
export const SKILL_CLASSES = ['area', 'topic', 'language', 'authority', 'channel'] as const;
export type SkillClass = (typeof SKILL_CLASSES)[number];

/** What was done to a skill. */
export const SKILL_ACTS = ['recorded', 'changed', 'reviewed'] as const;
export type SkillAct = (typeof SKILL_ACTS)[number];

/** A name that is further from every class than this was not meant to be one. */
const TYPING_ERRORS = 3;
const SKILL = /^([a-z_]{1,50}):([^\s:][^:]{0,99})$/;
/** What routing looks for: the first part of a conversation's language, in lower case. */
const LANGUAGE = /^[a-z]{2,3}$/;

/** Why a text is no skill of ours; null: it is one. */
export function faultOfSkill(skill: string): string | null {
  const [, of, name] = SKILL.exec(skill) ?? [];
  if (of === undefined || name === undefined) return 'A skill is `class:name`, for example `language:fi`.';
  if (!SKILL_CLASSES.some((one) => one === of)) {
    const [nearest] = SKILL_CLASSES.map((one) => ({ one, distance: editDistance(of, one, TYPING_ERRORS) }))
      .filter(({ distance }) => distance <= TYPING_ERRORS)
      .sort((a, b) => a.distance - b.distance);
    const guess = nearest ? ` Did you mean \`${nearest.one}:${name}\`?` : '';
    return `\`${skill}\`: there is no class \`${of}\` of skills. The classes are ${SKILL_CLASSES.join(', ')}.${guess}`;
  }
  if (of === 'language' && !LANGUAGE.test(name))
    return `\`${skill}\` would fit no conversation: a language is its code of two or three small letters, for example \`language:fi\`.`;
  return null;
}

/** The class of a skill. */
export const classOfSkill = (skill: string): SkillClass => skill.slice(0, skill.indexOf(':')) as SkillClass;
