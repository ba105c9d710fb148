import { index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

export const agents = pgTable('agents', {
  id: idText('id').primaryKey(),
  externalId: text('external_id').notNull().unique(),
  name: text('name').notNull(),
  presence: word('presence').notNull(),
  presenceChangedAt: moment('presence_changed_at').notNull(),
  /** Unresolved conversations at once, at most. */
  capacity: smallint('capacity').notNull(),
  /** Conversations assigned now, open or snoozed; moves in the transaction that assigns or resolves. */
  load: integer('load').notNull().default(0),
  createdAt: moment('created_at').notNull(),
});

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
  },
  (table) => [primaryKey({ columns: [table.agentId, table.validFrom] })],
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
