import DataLoader from 'dataloader';

import { timelinesOfPersons } from '../../services/context/read-timeline.ts';
import type { TimelineRequest } from '../../services/context/timeline-sources.ts';
import type { Conversation } from '../../services/conversations/conversation.ts';
import { openIssuesOfPersons } from '../../services/conversations/open-issues.ts';
import type { Scope } from '../../services/scope.ts';
import type { CustomerId } from '../../values/ids.ts';
import { makePagedLoader } from '../paged-loader.ts';

export const makeContextLoaders = (scope: Scope) => ({
  openIssueOfPerson: new DataLoader<CustomerId, Conversation | null>((ids) => openIssuesOfPersons(scope, ids)),
  timelineOfPerson: makePagedLoader((ids: readonly CustomerId[], request: TimelineRequest) =>
    timelinesOfPersons(scope, ids, request),
  ),
});
