import DataLoader from 'dataloader';

import type { Consent } from '../../services/privacy/consent.ts';
import { notAgreedToByPersons } from '../../services/privacy/not-agreed-to.ts';
import { consentHistoriesOfPersons, consentsOfPersons } from '../../services/privacy/read-consents.ts';
import { hiddenIn, visibleClasses } from '../../services/privacy/visible-classes.ts';
import type { Scope } from '../../services/scope.ts';
import type { Purpose } from '../../values/consents.ts';
import type { CustomerId } from '../../values/ids.ts';
import { makePagedLoader } from '../paged-loader.ts';

export function makePrivacyLoaders(scope: Scope) {
  const consentsOfPerson = new DataLoader<CustomerId, Consent[]>((ids) => consentsOfPersons(scope, ids));
  const notAgreedToByPerson = new DataLoader<CustomerId, Purpose[]>((ids) => notAgreedToByPersons(scope, ids));
  const visibleClassesOfPerson = async (id: CustomerId) => {
    // The person themselves is shown all of it.
    if (scope.viewer.role === 'customer') return visibleClasses(scope.viewer, { consents: [], notAgreedTo: [] });
    const [consents, notAgreedTo] = await Promise.all([consentsOfPerson.load(id), notAgreedToByPerson.load(id)]);
    return visibleClasses(scope.viewer, { consents, notAgreedTo });
  };
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
