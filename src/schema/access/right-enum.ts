import { RIGHTS, type Right } from '../../values/rights.ts';
import { enumOf } from '../enum-of.ts';

export const RightEnum = enumOf<Right>(
  'Right',
  'What a key or token may do. `CUSTOMERS_READ` is written `customers:read` in the scope of a token and in error texts.',
  RIGHTS,
);
