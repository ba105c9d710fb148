import { readPartners } from '../../services/partners/read-partners.ts';
import { readPartnerLocations } from '../../services/partners/set-partner-locations.ts';
import type { Scope } from '../../services/scope.ts';
import type { PartnerId } from '../../values/ids.ts';
import { loadManyBy, loadOneBy } from '../load-by.ts';

export const makePartnerLoaders = (scope: Scope) => ({
  partner: loadOneBy(
    (ids: readonly PartnerId[]) => readPartners(scope, ids),
    (row) => row.id,
  ),
  locationsOfPartner: loadManyBy(
    (ids: readonly PartnerId[]) => readPartnerLocations(scope, ids),
    (row) => row.partnerId,
  ),
});
