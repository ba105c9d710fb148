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
  const [enumObject, fill] = openEnumOf<W>(name, description);
  fill(values);
  return enumObject;
}

/** The same for a list that is known only when the schema is built: the second of the pair fills it, and may do so again. */
export function openEnumOf<W extends string>(
  name: string,
  description: string,
): [enumObject: Record<string, W>, fill: (values: Record<W, string>) => void] {
  const enumObject: Record<string, W> = {};
  const valuesConfig: Record<string, { description: string }> = {};
  registerEnumType(enumObject, { name, description, valuesConfig });
  const fill = (values: Record<W, string>) => {
    for (const key of Object.keys(enumObject)) delete enumObject[key];
    for (const [word, what] of Object.entries<string>(values)) {
      const key = word.toUpperCase().replaceAll(/[.:]/g, '_');
      enumObject[key] = word as W;
      valuesConfig[key] = { description: what };
    }
  };
  return [enumObject, fill];
}
