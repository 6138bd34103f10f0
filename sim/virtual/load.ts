import { CancelSource } from '../../proxy/host/cancel.ts';
import type { Taker } from '../../proxy/host/message.ts';
import { type Instant, instant, type Micros } from '../../proxy/host/units.ts';
import { requestTarget } from '../plan/external-path.ts';
import type { ApplicationPlan, Plan, WorkloadPlan } from '../plan/plan.ts';
import { type Arrival, Arrivals } from '../workload/arrivals.ts';
import { type Errand, type JourneyEnd, journeyEnd, runJourney } from '../workload/journey.ts';
import { clientBudget, type Patience, withRetries } from '../workload/retries.ts';
import { EventKind } from './event-kind.ts';
import { type Kernel, worldLife } from './kernel.ts';
import type { Task } from './life.ts';
import type { Recorder } from './recorder.ts';
import { UserRequest, type UserSide } from './user-request.ts';
import type { VirtualUsers } from './users.ts';

/** A workload with everything looked up that does not change from request to request. */
interface Stream {
  readonly workload: WorkloadPlan;
  readonly application: number;
  readonly host: string;
  readonly errand: Errand;
  readonly retrying: ((request: UserRequest) => Promise<JourneyEnd>) | undefined;
}

/** The journey only hands its Cancel on, and a UserRequest knows its own. */
const unused = new CancelSource();

/** A request on its way. */
class Sent implements Taker<JourneyEnd> {
  readonly at: Instant;
  readonly application: number;
  /** Timer at which the user gives up. */
  patience = 0;
  readonly #load: Load;

  constructor(load: Load, at: Instant, application: number) {
    this.#load = load;
    this.at = at;
    this.application = application;
  }

  take(end: JourneyEnd): void {
    this.#load.decided(this, end);
  }
}

/** Sends the plan's requests at their instants, whatever became of the ones before (open loop). One event per arrival. */
export class Load implements Task {
  /** Requests on their way. */
  open = 0;
  /** Requests begun, those of the warm-up included. */
  begun = 0;
  /** Ends the kernel's run once all arrivals were sent and decided. */
  stopsWhenEmpty = false;
  readonly #kernel: Kernel;
  readonly #side: UserSide;
  readonly #users: VirtualUsers;
  readonly #recorder: Recorder;
  readonly #arrivals: Arrivals;
  readonly #streams: readonly Stream[];
  readonly #patience: Micros;
  /** Kernel time of plan instant 0. */
  readonly #origin: number;
  readonly #recordFrom: number;
  #next: Arrival | undefined = undefined;

  /** Sends what arrives in [from, to) and records what arrived in [recordFrom, to); plan time. */
  constructor(
    plan: Plan,
    parts: { kernel: Kernel; side: UserSide; users: VirtualUsers; recorder: Recorder },
    span: { origin: number; from: number; recordFrom: number; to: number },
  ) {
    this.#kernel = parts.kernel;
    this.#side = parts.side;
    this.#users = parts.users;
    this.#recorder = parts.recorder;
    this.#origin = span.origin;
    this.#recordFrom = span.recordFrom;
    // An answer at the deadline itself still counts.
    this.#patience = (plan.outcome.deadline + 1) as Micros;
    this.#streams = plan.workloads.map((workload) => this.#stream(plan, workload));
    this.#arrivals = new Arrivals(plan, instant(span.from), instant(span.to));
  }

  /** Schedules the first arrival. */
  begin(): void {
    this.#advance();
  }

  run(): void {
    const arrival = this.#next as Arrival;
    this.#send(arrival);
    this.#advance();
  }

  #advance(): void {
    this.#next = this.#arrivals.next();
    if (this.#next !== undefined)
      this.#kernel.schedule(this.#origin + this.#next.at, this, worldLife, EventKind.arrival);
    else this.#stopIfEmpty();
  }

  #send({ at, workload, user: index, pick }: Arrival): void {
    const stream = this.#streams[workload] as Stream;
    const user = this.#users.of(workload, index);
    const request = new UserRequest(this.#side, user, stream.host, pick);
    this.open += 1;
    this.begun += 1;
    const sent = new Sent(this, at, stream.application);
    sent.patience = this.#kernel.timers.add(this.#patience, request, worldLife);
    if (stream.retrying === undefined) runJourney(request, user.jar, stream.errand, unused, sent);
    else stream.retrying(request).then((end) => sent.take(end), this.#fail);
  }

  readonly #fail = (error: unknown): void => this.#kernel.fail(error);

  /** What became of a request is known. */
  decided({ at, application, patience }: Sent, end: JourneyEnd): void {
    this.#kernel.timers.clear(patience);
    if (at >= this.#recordFrom) {
      this.#recorder.record(at, this.#kernel.now - this.#origin, application, end);
    }
    this.open -= 1;
    this.#stopIfEmpty();
  }

  #stopIfEmpty(): void {
    if (this.stopsWhenEmpty && this.open === 0 && this.#next === undefined) this.#kernel.stop();
  }

  #stream(plan: Plan, workload: WorkloadPlan): Stream {
    const application = plan.applications.findIndex(({ id }) => id === workload.application);
    const published = plan.applications[application] as ApplicationPlan;
    const errand: Errand = {
      method: workload.method,
      target: requestTarget(published),
      requestBytes: workload.requestBytes,
      signInAgain: plan.identity.signInAgain,
    };
    return { workload, application, host: published.externalHost, errand, retrying: this.#retrying(workload, errand) };
  }

  #retrying(workload: WorkloadPlan, errand: Errand): Stream['retrying'] {
    if (workload.clientRetries === 0) return undefined;
    const budget = clientBudget(workload);
    const patience: Patience = {
      now: () => this.#kernel.now as Instant,
      sleep: (span, cancel) =>
        new Promise((resolve) => {
          const withdraw = cancel.onCancel(() => resolve());
          const wake = (): void => {
            withdraw();
            resolve();
          };
          this.#kernel.schedule(this.#kernel.now + span, { run: wake }, worldLife);
        }),
    };
    return (request) =>
      withRetries(workload, budget, patience, request.patience, (attempt) => {
        request.beginAttempt(attempt);
        return journeyEnd(request, request.jar, errand, unused);
      });
  }
}
