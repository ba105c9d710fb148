import { Refusal } from './refusal.ts';

/** Several expected "no" to one input: the first stands for all, and all are told. */
export class Refusals extends Refusal {
  readonly all: readonly Refusal[];

  constructor(all: readonly [Refusal, ...Refusal[]]) {
    const [{ code, message, field, details }] = all;
    super(code, message, field, details);
    this.all = all;
  }
}
