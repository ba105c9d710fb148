import DataLoader from 'dataloader';

import type { Consent } from '../../services/privacy/consent.ts';
import { consentHistoriesOfPersons, consentsOfPersons } from '../../services/privacy/read-consents.ts';
import type { Scope } from '../../services/scope.ts';
import type { CustomerId } from '../../values/ids.ts';
import { makePagedLoader } from '../paged-loader.ts';

export const makePrivacyLoaders = (scope: Scope) => ({
  consentsOfPerson: new DataLoader<CustomerId, Consent[]>((ids) => consentsOfPersons(scope, ids)),
  consentHistoryOfPerson: makePagedLoader((ids: readonly CustomerId[], page) =>
    consentHistoriesOfPersons(scope, ids, page),
  ),
});
