import { Field, InputType, ObjectType } from 'type-graphql';

import { Right } from './right.ts';

@ObjectType({ description: 'An option of a variant, for example `color` and `blue`.', simpleResolvers: true })
@Right('graph:read')
export class NamedValue {
  @Field(() => String, { description: 'Name of the option, as the catalogue writes it.' })
  name!: string;

  @Field(() => String, { description: 'Its value, as the catalogue writes it.' })
  value!: string;
}

@InputType({ description: 'An option of a variant, for example `color` and `blue`.' })
export class NamedValueInput {
  @Field(() => String, { description: 'Name of the option. 1 to 100 characters; each name once.' })
  name!: string;

  @Field(() => String, { description: 'Its value. 1 to 500 characters.' })
  value!: string;
}

/** Options as rows keep them, as the graph shows them: sorted by name. */
export const toNamedValues = (options: Readonly<Record<string, string>>): NamedValue[] =>
  Object.keys(options)
    .sort()
    .map((name) => ({ name, value: options[name]! }));

/** Options as the graph takes them, as rows keep them. */
export const toOptions = (values: readonly NamedValueInput[]): Record<string, string> =>
  Object.fromEntries(values.map(({ name, value }) => [name, value]));
