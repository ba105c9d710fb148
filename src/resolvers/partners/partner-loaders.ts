import { readPartners } from '../../services/partners/read-partners.ts';
import type { Scope } from '../../services/scope.ts';
import type { PartnerId } from '../../values/ids.ts';
import { loadOneBy } from '../load-by.ts';

export const makePartnerLoaders = (scope: Scope) => ({
  partner: loadOneBy(
    (ids: readonly PartnerId[]) => readPartners(scope, ids),
    (row) => row.id,
  ),
});
