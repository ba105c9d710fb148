import { timelinesOfPersons } from '../../services/context/read-timeline.ts';
import type { TimelineRequest } from '../../services/context/timeline-sources.ts';
import type { Scope } from '../../services/scope.ts';
import type { CustomerId } from '../../values/ids.ts';
import { makePagedLoader } from '../paged-loader.ts';

export const makeContextLoaders = (scope: Scope) => ({
  timelineOfPerson: makePagedLoader((ids: readonly CustomerId[], request: TimelineRequest) =>
    timelinesOfPersons(scope, ids, request),
  ),
});
