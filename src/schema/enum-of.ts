import { registerEnumType } from 'type-graphql';

/**
 * Registers a closed list as a GraphQL enum: `in_transit` in the code and the database is `IN_TRANSIT` in the graph.
 * Every value has a description.
 */
export function enumOf<W extends string>(
  name: string,
  description: string,
  values: Record<W, string>,
): Record<string, W> {
  const words = Object.keys(values) as W[];
  const enumObject = Object.fromEntries(words.map((word) => [word.toUpperCase().replaceAll(/[.:]/g, '_'), word]));
  registerEnumType(enumObject, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      words.map((word) => [word.toUpperCase().replaceAll(/[.:]/g, '_'), { description: values[word] }]),
    ),
  });
  return enumObject;
}
