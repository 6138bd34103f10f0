/**
 * The load driver: sends the plan's requests at the plan's instants, each as a full user journey, whatever became of the
 * ones before (open loop), and writes what users saw.
 *
 * usage: node driver.js CONFIG.json; prints {"ready":true}, waits for a line {"startAtNs":"…"} (process.hrtime clock), and
 * ends after the plan's horizon. Answers {"metrics":true} as roles do, and {"blocked":"service/1"}, {"unblocked":"service/1"}
 * from whoever blocks the link of an instance. Ends at once when standard input closes.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Cancel, CancelSource } from '../../../proxy/host/cancel.ts';
import { invariant } from '../../../proxy/host/errors.ts';
import { type Instant, instant, type Micros, toMs } from '../../../proxy/host/units.ts';
import { nodeCrypto } from '../../../proxy/node/crypto.ts';
import type { RetryBudget } from '../../../proxy/policy/retry.ts';
import { lossCauses, outcomeCodes } from '../../history/history.ts';
import { classify, type ObservedEnd } from '../../measure/classify.ts';
import { requestTarget } from '../../plan/external-path.ts';
import { type Arrival, arrivals } from '../../workload/arrivals.ts';
import { FrontDoor, pickOfAttempt } from '../../workload/front-door.ts';
import { type JourneyEnd, journeyEnd } from '../../workload/journey.ts';
import { clientBudget, withRetries } from '../../workload/retries.ts';
import { timerMs } from '../timer-span.ts';
import { type DriverConfig, type DriverLine, type DriverResult, lateAfterMs } from './driver-config.ts';
import { HttpClient } from './http-client.ts';
import { LiveAgent } from './live-agent.ts';
import { signOperatorsIn } from './operators.ts';
import { Probes } from './probes.ts';
import { Users } from './users.ts';

/** A wait that ends early when the user gives up. */
function pause(span: Micros, cancel: Cancel): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, timerMs(toMs(span)));
    let withdraw = (): void => {};
    function end(): void {
      clearTimeout(timer);
      withdraw();
      resolve();
    }
    withdraw = cancel.onCancel(end);
  });
}

interface Columns {
  start: number[];
  end: number[];
  application: number[];
  outcome: number[];
  cause: number[];
}

class Driver {
  readonly #config: DriverConfig;
  readonly #client: HttpClient;
  readonly #door: FrontDoor;
  readonly probes: Probes;
  readonly #origins: ReadonlyMap<string, string>;
  readonly #users: Users;
  readonly #columns: Columns = { start: [], end: [], application: [], outcome: [], cause: [] };
  readonly #open = new Set<Arrival>();
  /** One per workload, shared by its users. */
  readonly #budgets: readonly RetryBudget[];
  #startNs = 0n;
  #lateSends = 0;
  /** Visits to the token service that found no connection. */
  tokenServiceRefused = 0;
  #worstLatenessMs = 0;

  constructor(config: DriverConfig) {
    this.#config = config;
    this.#client = new HttpClient(config.ca, toMs(config.plan.outcome.deadline));
    this.#door = new FrontDoor(
      config.plan.topology.frontDoor,
      config.instances.map(({ id }) => id),
    );
    this.probes = new Probes(config.instances, (id, succeeded, sent) => this.#door.probed(id, succeeded, sent));
    this.#origins = new Map(config.instances.map(({ id, origin }) => [id, origin]));
    this.#budgets = config.plan.workloads.map(clientBudget);
    this.#users = new Users(config.plan, nodeCrypto(config.secret));
  }

  async run(startNs: bigint): Promise<DriverResult> {
    this.#startNs = startNs;
    const { plan } = this.#config;
    this.#users.begin(Date.now() + Number(startNs - process.hrtime.bigint()) / 1e6);
    signOperatorsIn(this.#config, this.#client);
    this.probes.begin(instant(0), plan.topology.frontDoor.probeInterval, () => this.#now());
    for (const arrival of arrivals(plan, instant(-1e6 * this.#config.warmUpSeconds), instant(plan.horizon))) {
      await this.#until(arrival.at);
      this.#send(arrival);
    }
    await this.#until(instant(plan.horizon));
    // arrivals end at the horizon; what is on its way is decided within the users' patience
    const patienceEnds = plan.horizon + plan.outcome.deadline + 100_000;
    while (this.#open.size > 0 && this.#now() < patienceEnds) await new Promise((resolve) => setTimeout(resolve, 10));
    this.probes.stop();
    const now = this.#now();
    for (const arrival of this.#open) this.#record(arrival, now, { peer: 'service', end: { kind: 'undecided' } });
    this.#open.clear();
    return { ...this.#columns, lateSends: this.#lateSends, worstLatenessMs: this.#worstLatenessMs };
  }

  #now(): Instant {
    return instant(Number((process.hrtime.bigint() - this.#startNs) / 1000n));
  }

  /** Waits with a timer until two milliseconds before, then turn by turn: timers alone are a millisecond off. */
  async #until(at: Instant): Promise<void> {
    for (;;) {
      const left = at - this.#now();
      if (left <= 0) return;
      if (left > 2_500) await new Promise((resolve) => setTimeout(resolve, Math.floor(left / 1000) - 1));
      else await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #send(arrival: Arrival): void {
    if (arrival.at < 0) {
      void this.#journey(arrival);
      return;
    }
    const lateMs = (this.#now() - arrival.at) / 1000;
    if (lateMs > lateAfterMs) this.#lateSends += 1;
    if (lateMs > this.#worstLatenessMs) this.#worstLatenessMs = lateMs;
    this.#open.add(arrival);
    void this.#journey(arrival).then((end) => {
      if (this.#open.delete(arrival)) this.#record(arrival, this.#now(), end);
    });
  }

  async #journey(arrival: Arrival): Promise<JourneyEnd> {
    const { plan, password, tokenOrigin } = this.#config;
    const workload = plan.workloads[arrival.workload];
    const application = plan.applications.find(({ id }) => id === workload?.application);
    invariant(workload !== undefined && application !== undefined, 'the plan has the application of its workload');
    const warmUp = arrival.at < 0;
    const user = this.#users[warmUp ? 'passing' : 'of'](arrival.workload, arrival.user);
    const cancel = new CancelSource();
    const deadline = setTimeout(() => cancel.cancel('user gave up'), timerMs(toMs(plan.outcome.deadline) + 1));
    let attempt = 0;
    const agent = new LiveAgent(
      this.#client,
      {
        serviceOrigin: () => this.#origins.get(this.#door.choose(pickOfAttempt(arrival.pick, attempt))) ?? '',
        externalHost: application.externalHost,
        tokenOrigin,
      },
      { user: user.name, password },
      user.tokenJar,
      () => {
        this.tokenServiceRefused += 1;
      },
    );
    const target = requestTarget(application);
    const { method, requestBytes } = workload;
    const errand = { method, target, requestBytes, signInAgain: plan.identity.signInAgain };
    const journey = (): Promise<JourneyEnd> => journeyEnd(agent, user.jar, errand, cancel);
    try {
      // the plan's retry budget begins at instant 0
      if (workload.clientRetries === 0 || warmUp) return await journey();
      const budget = this.#budgets[arrival.workload] ?? clientBudget(workload);
      return await withRetries(workload, budget, { now: () => this.#now(), sleep: pause }, cancel, (which) => {
        attempt = which;
        return journey();
      });
    } finally {
      clearTimeout(deadline);
    }
  }

  #record(arrival: Arrival, now: Instant, { peer, end }: { peer: JourneyEnd['peer']; end: ObservedEnd }): void {
    const { plan } = this.#config;
    const application = plan.workloads[arrival.workload]?.application ?? '';
    const { outcome, cause } = classify({
      elapsed: (now - arrival.at) as never,
      deadline: plan.outcome.deadline,
      peer,
      end,
    });
    this.#columns.start.push(arrival.at);
    this.#columns.end.push(now);
    this.#columns.application.push(plan.applications.findIndex(({ id }) => id === application));
    this.#columns.outcome.push(outcomeCodes.indexOf(outcome));
    this.#columns.cause.push(lossCauses.indexOf(cause));
  }
}

const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as DriverConfig;
const driver = new Driver(config);
const lines = createInterface({ input: process.stdin });
let begun = false;
lines.on('line', (line) => {
  const { startAtNs, metrics, blocked, unblocked } = JSON.parse(line) as DriverLine;
  if (blocked !== undefined) driver.probes.block(blocked);
  if (unblocked !== undefined) driver.probes.unblock(unblocked);
  if (blocked !== undefined || unblocked !== undefined) process.stdout.write('{"ok":true}\n');
  if (metrics === true) {
    const { tokenServiceRefused } = driver;
    process.stdout.write(`${JSON.stringify({ ok: true, result: { tokenServiceRefused } })}\n`);
  }
  if (startAtNs === undefined || begun) return;
  begun = true;
  driver.run(BigInt(startAtNs)).then(
    (result) => {
      writeFileSync(config.resultFile, JSON.stringify(result));
      process.stdout.write('{"done":true}\n', () => process.exit(0));
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
lines.on('close', () => process.exit(1));
process.stdout.write('{"ready":true}\n');
