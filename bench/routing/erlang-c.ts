/** What queueing theory says of a queue with Poisson arrivals, exponential service and so many servers (M/M/c). */
export interface ErlangC {
  /** Probability that somebody who comes has to wait. */
  waiting: number;
  /** Mean wait of all, in times of service. */
  meanWait: number;
}

/** By the recursion of Erlang B, which does not overflow. Load is that of each server, below 1. */
export function erlangC(servers: number, load: number): ErlangC {
  const offered = servers * load;
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) blocked = (offered * blocked) / (n + offered * blocked);
  const waiting = blocked / (1 - load * (1 - blocked));
  return { waiting, meanWait: waiting / (servers * (1 - load)) };
}
