import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import type { FieldRights } from '../../src/execution/field-rights.ts';
import type { Right } from '../../src/values/rights.ts';
import { literalOf } from './schema-paths.ts';

const DEEPEST = 6;

/**
 * Everything that a viewer with these rights can select below a type, no type twice on one way. Lists without arguments that must be
 * given; fields with required arguments are left out below the root.
 */
export function everythingBelow(
  schema: GraphQLSchema,
  rights: FieldRights,
  held: ReadonlySet<Right>,
  deepest = DEEPEST,
): (type: GraphQLObjectType) => string {
  const select = (type: GraphQLObjectType, way: readonly string[]): string =>
    Object.values(type.getFields())
      .filter((field) => held.has(rights.get(`${type.name}.${field.name}`)!) && !field.args.some(isRequiredArgument))
      .flatMap((field) => {
        const inner = getNamedType(field.type);
        if (!isCompositeType(inner)) return [field.name];
        const possible = isObjectType(inner) ? [inner] : schema.getPossibleTypes(inner);
        const open = possible.filter(({ name }) => !way.includes(name) && way.length < deepest);
        const sets = open
          .map((object) => [object, select(object, [...way, object.name])] as const)
          .filter(([, set]) => set !== '');
        if (sets.length === 0) return [];
        if (isObjectType(inner)) return [`${field.name} { ${sets[0]![1]} }`];
        return [
          `${field.name} { __typename ${sets.map(([object, set]) => `... on ${object.name} { ${set} }`).join(' ')} }`,
        ];
      })
      .join(' ');
  return (type) => select(type, [type.name]);
}

/** All ways to call a root field with values from a pool: each argument alone (others at their least), each value. */
export function callsOf(
  field: GraphQLField<unknown, unknown>,
  pool: Readonly<Record<string, readonly string[]>>,
): string[] {
  const least = new Map(
    field.args.filter(isRequiredArgument).map((argument) => [argument.name, literalOf(argument.type)]),
  );
  const write = (given: ReadonlyMap<string, string>) =>
    given.size > 0
      ? `${field.name}(${[...given].map(([name, literal]) => `${name}: ${literal}`).join(', ')})`
      : field.name;
  const calls = field.args.flatMap((argument) => {
    const type = getNamedType(argument.type);
    const values = isEnumType(type)
      ? type.getValues().map(({ name }) => name)
      : (pool[argument.name] ?? []).map((value) => JSON.stringify(value));
    return values.flatMap((value) => {
      const others = argument.name === 'value' ? (pool['kind'] ?? []) : [null];
      return others.map((kind) =>
        write(new Map([...least, ...(kind ? [['kind', kind] as const] : []), [argument.name, value]])),
      );
    });
  });
  return [...new Set([write(least), ...calls])];
}
