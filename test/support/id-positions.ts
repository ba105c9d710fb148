import {
  getNullableType,
  isInputObjectType,
  isListType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

type Variables = Record<string, unknown>;
type Path = readonly (string | number)[];

/** Texts that name things of ours though they are no ids. */
const NAMES = new Set(['inbox', 'location', 'visitorToken', 'trackingNumber']);

/**
 * Every place in the variables of a mutation where an id can stand: those that the variables fill, every element of a list, and
 * those that they leave out but could fill without making an object of their own around it.
 */
export function idPositions(schema: GraphQLSchema, mutation: string, variables: Variables): Path[] {
  const walk = (field: GraphQLArgument | GraphQLInputField, value: unknown, path: Path): Path[] =>
    within(field.name, getNullableType(field.type), value, path);
  const within = (name: string, type: GraphQLInputType, value: unknown, path: Path): Path[] => {
    if (isListType(type)) {
      const items = Array.isArray(value) ? [...(value as unknown[]), undefined] : [undefined];
      return items.flatMap((item, i) =>
        within(name, getNullableType(type.ofType as GraphQLInputType), item, [...path, i]),
      );
    }
    if (isInputObjectType(type)) {
      if (value === undefined || value === null) return [];
      return Object.values(type.getFields()).flatMap((field) =>
        walk(field, (value as Variables)[field.name], [...path, field.name]),
      );
    }
    const isName = NAMES.has(name) && value !== undefined;
    return String(type) === 'ID' || isName ? [path] : [];
  };
  const { args } = schema.getMutationType()!.getFields()[mutation]!;
  return args.flatMap((arg) => walk(arg, variables[arg.name], [arg.name]));
}

/** The same variables with another value in one place. */
export function withValueAt(variables: unknown, [step, ...rest]: Path, value: unknown): Variables {
  const copy = (
    Array.isArray(variables) ? [...(variables as unknown[])] : { ...(variables as Variables) }
  ) as Variables;
  copy[step as string] =
    rest.length === 0
      ? value
      : withValueAt(copy[step as string] ?? (typeof rest[0] === 'number' ? [] : {}), rest, value);
  return copy;
}
