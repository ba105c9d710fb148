import DataLoader from 'dataloader';

import type { Scope } from '../../services/scope.ts';
import {
  type Member,
  membersOfSegments,
  type SegmentOfPerson,
  segmentsOfPersons,
} from '../../services/segments/read-segments.ts';
import type { CustomerId, SegmentId } from '../../values/ids.ts';
import { makePagedLoader } from '../paged-loader.ts';

export const makeSegmentLoaders = (scope: Scope) => ({
  segmentsOfPerson: new DataLoader<CustomerId, SegmentOfPerson[]>((ids) => segmentsOfPersons(scope, ids)),
  membersOfSegment: makePagedLoader<SegmentId, Member>((ids, request) => membersOfSegments(scope, ids, request)),
});
