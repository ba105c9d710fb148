import { integer } from './setting.ts';

export const matching = {
  proposePercent: integer(
    'MATCH_PROPOSE_PERCENT',
    50,
    { min: 1, max: 100 },
    'Two persons who are the same with this confidence or more, in percent, are proposed for somebody to decide: docs/identity.md.',
  ),
  mergePercent: integer(
    'MATCH_MERGE_PERCENT',
    95,
    { min: 0, max: 100 },
    'With this confidence or more they are merged without anybody being asked, in percent, unless something verified speaks against it. 0: never.',
  ),
} as const;
