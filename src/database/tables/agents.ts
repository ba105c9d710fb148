import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';

import { idText, moment, word, xid8 } from './columns.ts';

export const agents = pgTable(
  'agents',
  {
    id: idText('id').primaryKey(),
    externalId: text('external_id').notNull().unique(),
    name: text('name').notNull(),
    presence: word('presence').notNull(),
    presenceChangedAt: moment('presence_changed_at').notNull(),
    /** Why the agent is away, for colleagues. Null: not away, or nothing was said. */
    awayReason: text('away_reason'),
    /** Channels that the agent takes nothing of, whatever the presence is. Sorted. */
    channelsOff: text('channels_off')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Unresolved conversations at once, at most. */
    capacity: smallint('capacity').notNull(),
    /** Places taken: conversations assigned, open or snoozed, offers that wait for an answer, and work being wrapped up. Moves with them in one transaction. */
    load: integer('load').notNull().default(0),
    /** When work was last given to the agent or ended. Null: never. */
    lastWorkAt: moment('last_work_at'),
    createdAt: moment('created_at').notNull(),
    /** The transaction that wrote the row, its skills or its teams last: what a routing board has not seen yet. Kept by triggers. */
    changedIn: xid8('changed_in')
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [
    index('agents_changed_in').on(table.changedIn),
    // Who is gone and has work: there is hardly ever one, and routing looks for them before every seat.
    index('agents_gone')
      .on(table.id)
      .where(sql`presence = 'offline' and load > 0`),
  ],
);

export const agentSkills = pgTable(
  'agent_skills',
  {
    agentId: idText('agent_id')
      .notNull()
      .references(() => agents.id),
    /** class:name, for example language:fi, channel:email, topic:returns. */
    skill: text('skill').notNull(),
    /** 1 (knows of it) to 5 (expert). */
    level: smallint('level').notNull(),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.skill] }), index('agent_skills_skill').on(table.skill)],
);

export const agentVersions = pgTable(
  'agent_versions',
  {
    agentId: idText('agent_id').notNull(),
    validFrom: moment('valid_from').notNull(),
    validTo: moment('valid_to'),
    presence: word('presence').notNull(),
    awayReason: text('away_reason'),
    channelsOff: text('channels_off')
      .array()
      .notNull()
      .default(sql`'{}'`),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.validFrom] })],
);

/** Agents who are taken offline when nothing is heard of them. No row: presence lasts until somebody changes it. */
export const agentHeartbeats = pgTable(
  'agent_heartbeats',
  {
    agentId: idText('agent_id')
      .primaryKey()
      .references(() => agents.id),
    everySeconds: smallint('every_seconds').notNull(),
    /** When the agent counts as gone, unless something is heard before. */
    dueAt: moment('due_at').notNull(),
  },
  (table) => [index('agent_heartbeats_due').on(table.dueAt)],
);

/** The map of skills, as it is now. */
export const skills = pgTable(
  'skills',
  {
    id: idText('id').primaryKey(),
    /** class:name. */
    skill: text('skill').notNull().unique(),
    class: word('class').notNull(),
    label: text('label'),
    description: text('description'),
    /** Who answers for it: a team of the shop, mostly. */
    owner: text('owner'),
    version: integer('version').notNull(),
    /** Null: nobody has looked at it since it came up. */
    reviewedAt: moment('reviewed_at'),
    reviewDueAt: moment('review_due_at').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    index('skills_newest').on(table.createdAt, table.id),
    index('skills_class').on(table.class, table.createdAt, table.id),
    index('skills_review_due').on(table.reviewDueAt, table.id),
  ],
);

/** How a skill was described, and who changed or reviewed it. */
export const skillVersions = pgTable(
  'skill_versions',
  {
    skillId: idText('skill_id')
      .notNull()
      .references(() => skills.id),
    version: integer('version').notNull(),
    act: word('act').notNull(),
    label: text('label'),
    description: text('description'),
    owner: text('owner'),
    /** What the review found. */
    note: text('note'),
    at: moment('at').notNull(),
    by: text('by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.skillId, table.version] })],
);

export const teams = pgTable(
  'teams',
  {
    id: idText('id').primaryKey(),
    externalId: text('external_id').notNull().unique(),
    name: text('name').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('teams_newest').on(table.createdAt, table.id)],
);

export const teamMembers = pgTable(
  'team_members',
  {
    teamId: idText('team_id')
      .notNull()
      .references(() => teams.id),
    agentId: idText('agent_id')
      .notNull()
      .references(() => agents.id),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.agentId] }), index('team_members_agent').on(table.agentId)],
);
