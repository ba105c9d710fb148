import DataLoader from 'dataloader';

import type { Consent } from '../../services/privacy/consent.ts';
import { consentHistoriesOfPersons, consentsOfPersons } from '../../services/privacy/read-consents.ts';
import { hiddenIn, visibleClasses } from '../../services/privacy/visible-classes.ts';
import type { Scope } from '../../services/scope.ts';
import type { CustomerId } from '../../values/ids.ts';
import { makePagedLoader } from '../paged-loader.ts';

export function makePrivacyLoaders(scope: Scope) {
  const consentsOfPerson = new DataLoader<CustomerId, Consent[]>((ids) => consentsOfPersons(scope, ids));
  const visibleClassesOfPerson = async (id: CustomerId) =>
    visibleClasses(scope.viewer, scope.viewer.role === 'customer' ? [] : await consentsOfPerson.load(id));
  return {
    consentsOfPerson,
    consentHistoryOfPerson: makePagedLoader((ids: readonly CustomerId[], page) =>
      consentHistoriesOfPersons(scope, ids, page),
    ),
    /** What the viewer sees of a person. */
    visibleClassesOfPerson,
    /** What not. */
    hiddenClassesOfPerson: async (id: CustomerId) => hiddenIn(await visibleClassesOfPerson(id)),
  };
}
