/** M/M/c: Poisson arrivals, exponential service, one queue without bound. Rates in any one unit of time. */
export interface Queue {
  readonly arrivalRate: number;
  /** Of one server. */
  readonly serviceRate: number;
  readonly servers: number;
}

/** Probability that a call finds all servers busy when nobody can wait (Erlang B), by its stable recursion. */
export function erlangB({ arrivalRate, serviceRate, servers }: Queue): number {
  const load = arrivalRate / serviceRate;
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (load * blocked) / (c + load * blocked);
  return blocked;
}

/**
 * Probability that a request has to wait (Erlang C).
 * @throws RangeError when arrivals reach the capacity: a queue without bound has no stationary state then
 */
export function erlangC(queue: Queue): number {
  const use = utilisation(queue);
  if (use >= 1) throw new RangeError(`${queue.servers} servers cannot carry the load (utilisation ${use})`);
  const blocked = erlangB(queue);
  return blocked / (1 - use * (1 - blocked));
}

/** Mean wait before service begins, in the unit of the rates. @throws RangeError as `erlangC` */
export function meanWait(queue: Queue): number {
  return erlangC(queue) / (queue.servers * queue.serviceRate - queue.arrivalRate);
}

/** Share of the servers' time that is used. */
function utilisation({ arrivalRate, serviceRate, servers }: Queue): number {
  return arrivalRate / (servers * serviceRate);
}
