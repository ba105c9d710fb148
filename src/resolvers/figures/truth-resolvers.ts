import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';

import { AccuracyDay } from '../../schema/figures/accuracy.ts';
import { FreshnessReport } from '../../schema/figures/freshness-report.ts';
import { Right } from '../../schema/right.ts';
import { readAccuracy } from '../../services/figures/read-accuracy.ts';
import { readFreshnessReport } from '../../services/figures/read-freshness-report.ts';
import type { Context } from '../context.ts';

@Resolver()
export class TruthResolvers {
  @Query(() => [AccuracyDay], {
    description:
      'How much of what readers were shown of orders was right, day by day, the newest first; days without samples are left out. Counted every ten minutes. Errors: BAD_USER_INPUT.',
  })
  @Right('figures:read')
  accuracy(
    @Ctx() { scope }: Context,
    @Arg('days', () => Int, { defaultValue: 7, description: 'Days, today included. 1 to 366.' }) days: number,
  ) {
    return readAccuracy(scope, days);
  }

  @Query(() => FreshnessReport, {
    description:
      'How fresh what sources told and what readers were shown was, in the last hours. Errors: BAD_USER_INPUT.',
  })
  @Right('figures:read')
  freshnessReport(
    @Ctx() { scope }: Context,
    @Arg('hours', () => Int, { defaultValue: 24, description: 'Hours until now. 1 to 168.' }) hours: number,
  ) {
    return readFreshnessReport(scope, hours);
  }
}
