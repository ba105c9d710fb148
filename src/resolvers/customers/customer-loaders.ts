import DataLoader from 'dataloader';

import type { Customer, Identity } from '../../services/customers/customer.ts';
import { customersByIds, identitiesOfPersons } from '../../services/customers/read-customers.ts';
import { traitsOfPersons } from '../../services/customers/read-traits.ts';
import { droppedOfPersons, type DroppedEvidence } from '../../services/customers/resolving/read-dropped.ts';
import type { Trait } from '../../services/customers/trait.ts';
import { memberIdsOfPersons, type Merge, mergesOfPersons } from '../../services/customers/merging/read-merges.ts';
import type { Scope } from '../../services/scope.ts';
import type { CustomerId } from '../../values/ids.ts';

export const makeCustomerLoaders = (scope: Scope) => ({
  /** The person of any member's id. */
  customer: new DataLoader<string, Customer | null>((ids) => customersByIds(scope, ids)),
  identitiesOfPerson: new DataLoader<CustomerId, Identity[]>((ids) => identitiesOfPersons(scope, ids)),
  memberIdsOfPerson: new DataLoader<CustomerId, CustomerId[]>((ids) => memberIdsOfPersons(scope, ids)),
  mergesOfPerson: new DataLoader<CustomerId, Merge[]>((ids) => mergesOfPersons(scope, ids)),
  droppedOfPerson: new DataLoader<CustomerId, DroppedEvidence[]>((ids) => droppedOfPersons(scope, ids)),
  traitsOfPerson: new DataLoader<CustomerId, Trait[]>((ids) => traitsOfPersons(scope, ids)),
});
