import { Extensions } from 'type-graphql';

import type { Right as RightName } from '../values/rights.ts';

/**
 * The right that a type or a field asks for. A field without one asks for its type's; the build fails where neither has one.
 * Checked once per document and class of rights before execution, on every transport.
 */
export const Right = (right: RightName): ClassDecorator & MethodDecorator & PropertyDecorator => Extensions({ right });
