import {
  getNamedType,
  isCompositeType,
  Kind,
  TypeNameMetaFieldDef,
  isObjectType,
  isInterfaceType,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { CONTEXT_SECTIONS, type ContextSection } from '../values/context-packet.ts';
import { classesShown, type DataClass } from '../values/personal-classes.ts';
import type { Right } from '../values/rights.ts';
import type { FieldRights } from './field-rights.ts';
import { fragmentsOf } from './document-shape.ts';

/** What a document asks of its viewer, whatever the variables. */
export interface Requirements {
  /** Each right with the first field path that needs it. */
  readonly rights: ReadonlyMap<Right, string>;
  /** The answer depends on who asks even between viewers of equal rights. */
  readonly viewerRelative: boolean;
  /** Selects `Query.cursor`. */
  readonly selectsCursor: boolean;
  /** Sections of context packets that it may show, in their order: what only conditions leave out is among them. */
  readonly sections: readonly ContextSection[];
  /** Kinds of personal data that it can show, in their order. */
  readonly dataClasses: readonly DataClass[];
}

/** Their fields are named after sections. */
const OF_SECTIONS = new Set(['ContextPacket', 'ContextAsOf']);

/** Walks an operation of a valid document. A fragment is walked once for each type it is spread on: the first path is enough. */
export function requirementsOf(
  schema: GraphQLSchema,
  fieldRights: FieldRights,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Requirements {
  const fragments = fragmentsOf(document);
  const rights = new Map<Right, string>();
  const walked = new Set<string>();
  let viewerRelative = false;
  let selectsCursor = false;
  const shown = new Set<string>();

  const walk = (set: SelectionSetNode, type: GraphQLCompositeType, path: string): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        if (walked.has(name)) continue;
        walked.add(name);
        const fragment = fragments.get(name);
        if (fragment) walk(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value, type), path);
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, typeNamed(selection.typeCondition?.name.value, type), path);
        continue;
      }
      const name = selection.name.value;
      if (name.startsWith('__') || name === TypeNameMetaFieldDef.name) continue;
      const here = path ? `${path}.${name}` : name;
      const right = fieldRights.get(`${type.name}.${name}`);
      // The build guarantees a right for every field: one without is refused by a right that nobody has.
      const needed = right ?? ('' as Right);
      if (!rights.has(needed)) rights.set(needed, here);
      if (type === schema.getQueryType()) {
        if (name === 'viewer') viewerRelative = true;
        if (name === 'cursor') selectsCursor = true;
      }
      if (OF_SECTIONS.has(type.name)) shown.add(name);
      if (selection.arguments?.some((argument) => argument.name.value === 'assignedToMe')) viewerRelative = true;
      if (!selection.selectionSet || !(isObjectType(type) || isInterfaceType(type))) continue;
      const field = type.getFields()[name];
      const inner = field && getNamedType(field.type);
      if (inner && isCompositeType(inner)) walk(selection.selectionSet, inner, here);
    }
  };
  const typeNamed = (name: string | undefined, otherwise: GraphQLCompositeType): GraphQLCompositeType => {
    const type = name ? schema.getType(name) : otherwise;
    return isCompositeType(type) ? type : otherwise;
  };
  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet, root, '');
  const sections = CONTEXT_SECTIONS.filter((section) => shown.has(section));
  return { rights, viewerRelative, selectsCursor, sections, dataClasses: classesShown(rights.keys(), sections) };
}
