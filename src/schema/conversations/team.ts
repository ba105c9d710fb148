import { Field, ID, InputType, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ implements: Node, description: 'Agents who do one work, to whom a conversation can be handed together.' })
@Right('agents:read')
export class Team extends Node {
  @Field(() => String, { description: 'Name of the team in the system that keeps it. Unique.' })
  externalId!: string;

  @Field(() => String, { description: 'Name for colleagues.' })
  name!: string;

  @Field(() => DateTime, { description: 'When it was recorded.' })
  createdAt!: Date;
}

export const TeamConnection = connectionOf(Team, 'Team', 'agents:read');

@InputType({ description: 'A team as it should be.' })
export class TeamUpsertInput {
  @Field(() => String, {
    description: 'Name of the team in the system that keeps it, 1 to 200 characters: the team is known by it.',
  })
  externalId!: string;

  @Field(() => String, { description: 'Name for colleagues, 1 to 200 characters.' })
  name!: string;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Ids of all its members from now on, `agt_…`, 200 at most. Null or absent: as before; a new team has none.',
  })
  memberIds?: string[] | null;
}

@ObjectType({ description: 'Answer of `teamUpsert`.' })
@Right('agents:write')
export class TeamUpsertPayload {
  @Field(() => Team, {
    nullable: true,
    description: 'The team. Null: refused, see `userErrors`; or not visible to you.',
  })
  team!: Team | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
