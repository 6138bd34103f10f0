import { wholeBody } from '../../proxy/host/body.ts';
import type { Cancel, CancelListener } from '../../proxy/host/cancel.ts';
import type { Chunk, HeaderPairs, Origin, OriginResult, RequestMessage, Taker } from '../../proxy/host/message.ts';
import type { Random } from '../../proxy/host/random.ts';
import type { BackendMode } from '../faults/world.ts';
import type { ApplicationPlan } from '../plan/plan.ts';
import { EventKind } from './event-kind.ts';
import type { Filler } from './filler.ts';
import { headersSize } from './frame-size.ts';
import type { Kernel } from './kernel.ts';
import type { Life, Task } from './life.ts';
import type { Link } from './link.ts';

const noFields: HeaderPairs = [];

/** Base URL of an application's backend inside a virtual world. */
export const internalUrlOf = (application: string): string => `http://${application}.internal/`;

/** A mode in force at a backend, and how many calls it touched. */
export interface BackendFault {
  readonly mode: BackendMode;
  hits: number;
}

/** One application's backend: its time to answer and what is wrong with it. */
class Backend {
  readonly plan: ApplicationPlan['backend'];
  readonly random: Random;
  readonly body: Chunk;
  faults: BackendFault[] = [];
  /** Calls under way, in no order: they lose their connection when it goes down. */
  readonly open: BackendCall[] = [];

  constructor(plan: ApplicationPlan['backend'], random: Random, body: Chunk) {
    this.body = body;
    this.plan = plan;
    this.random = random;
  }

  fault(kind: BackendMode['kind']): BackendFault | undefined {
    return this.faults.length === 0 ? undefined : this.faults.find(({ mode }) => mode.kind === kind);
  }

  /** Its own time for one call, microseconds. */
  work(): number {
    const { latency, latencyDistribution } = this.plan;
    let work = latencyDistribution === 'exponential' ? Math.round(this.random.exponential(latency)) : latency;
    for (const fault of this.faults) {
      if (fault.mode.kind !== 'slow') continue;
      fault.hits += 1;
      work += fault.mode.added;
    }
    return work;
  }

  /** The status it answers with. */
  status(): number {
    for (const fault of this.faults) {
      if (fault.mode.kind !== 'errors' || this.random.next() >= fault.mode.rate) continue;
      fault.hits += 1;
      return fault.mode.status;
    }
    return 200;
  }
}

/** The backends of all applications. Every call is one event: link there, work, and link back in one span. */
export class Backends {
  readonly #kernel: Kernel;
  readonly #backends = new Map<string, Backend>();

  constructor(kernel: Kernel, applications: readonly ApplicationPlan[], random: Random, filler: Filler) {
    this.#kernel = kernel;
    for (const { id, backend } of applications) {
      this.#backends.set(
        internalUrlOf(id),
        new Backend(backend, random.fork(`backend/${id}`), filler.chunk(backend.responseBytes)),
      );
    }
  }

  /** Puts a mode in force; one that goes down takes the calls under way along. */
  install(application: string, mode: BackendMode): BackendFault {
    const fault = { mode, hits: 0 };
    const backend = this.#backends.get(internalUrlOf(application));
    backend?.faults.push(fault);
    if (backend === undefined || mode.kind !== 'down') return fault;
    for (const call of [...backend.open]) if (call.lose()) fault.hits += 1;
    return fault;
  }

  remove(application: string, fault: BackendFault): void {
    const backend = this.#backends.get(internalUrlOf(application));
    if (backend !== undefined) backend.faults = backend.faults.filter((other) => other !== fault);
  }

  /** The backends as one life of a connector reaches them over its link; `called` runs at each call. */
  origin(life: Life, link: Link, called: () => void): Origin {
    return {
      exchange: (internalUrl, request, cancel, taker) => {
        called();
        const backend = this.#backends.get(internalUrl);
        if (backend === undefined) {
          taker.take({ kind: 'unreachable', detail: `no backend at ${internalUrl}` });
          return undefined;
        }
        const call = new BackendCall(this.#kernel, life, link, backend, taker);
        call.begin(request, cancel);
        return call;
      },
    };
  }
}

/** One call of a backend; it is its own event. */
class BackendCall implements Task, CancelListener {
  readonly #kernel: Kernel;
  readonly #life: Life;
  readonly #link: Link;
  readonly #backend: Backend;
  readonly #taker: Taker<OriginResult>;
  #cancel: Cancel | undefined = undefined;
  #over = false;
  /** The request, while a silence keeps it from leaving. */
  #unsent: RequestMessage | undefined = undefined;
  /** Place in `backend.open`; -1 while not there. */
  #place = -1;
  /** What it meets at the far end instead of an answer. */
  #met: 'backend' | 'nobody' | 'reset' = 'backend';

  constructor(kernel: Kernel, life: Life, link: Link, backend: Backend, taker: Taker<OriginResult>) {
    this.#kernel = kernel;
    this.#life = life;
    this.#link = link;
    this.#backend = backend;
    this.#taker = taker;
  }

  begin(request: RequestMessage, cancel: Cancel): void {
    this.#cancel = cancel;
    cancel.tell(this);
    if (this.#over) return;
    const link = this.#link;
    if (link.silent) {
      this.#unsent = request;
      link.hold(this);
      return;
    }
    this.#send(request);
  }

  #send(request: RequestMessage): void {
    const link = this.#link;
    const bytes = link.paced ? headersSize(request.headers) + (request.body?.whole?.bytes ?? 0) : 0;
    const down = this.#backend.fault('down');
    const { responseBytes } = this.#backend.plan;
    // A backend that is down refuses the connection, and the request never leaves. A path that resets lets the connection
    // come about first, as live fault links and most middleboxes do: the request is out, and may have been processed.
    if (down !== undefined) this.#met = 'nobody';
    else if (link.resetting) this.#met = 'reset';
    if (down !== undefined) down.hits += 1;
    if (link.resetting) link.countReset();
    if (this.#met === 'backend') this.#place = this.#backend.open.push(this) - 1;
    const span =
      this.#met !== 'backend'
        ? 2 * link.delay(0)
        : link.delay(bytes) + this.#backend.work() + link.delay(responseBytes);
    this.#kernel.schedule(this.#kernel.now + span, this, this.#life, EventKind.call);
  }

  /** The backend went down: so did its end of the connection, which the link tells. False: its connector is gone before. */
  lose(): boolean {
    this.#leave();
    if (this.#life.state === 'dead') return false;
    this.#met = 'reset';
    this.#kernel.schedule(this.#kernel.now + this.#link.delay(0), this, this.#life, EventKind.call);
    return true;
  }

  /** Its connector died. */
  abandoned(): void {
    this.#over = true;
    this.#leave();
  }

  onCancelled(reason: string): void {
    this.#end({ kind: 'broken', detail: reason });
  }

  run(): void {
    if (this.#over) return;
    const link = this.#link;
    if (this.#unsent !== undefined) {
      const request = this.#unsent;
      this.#unsent = undefined;
      this.#send(request);
      return;
    }
    if (link.silent) {
      link.hold({ run: () => this.#kernel.schedule(this.#kernel.now, this, this.#life) });
      return;
    }
    if (this.#met === 'nobody') {
      this.#end({ kind: 'unreachable', detail: 'connection refused' });
      return;
    }
    if (this.#met === 'reset') {
      this.#end({ kind: 'broken', detail: 'connection reset' });
      return;
    }
    if (link.resetting) {
      link.countReset();
      this.#end({ kind: 'broken', detail: 'connection reset' });
      return;
    }
    const body = wholeBody(this.#backend.body);
    this.#end({ kind: 'answer', response: { status: this.#backend.status(), headers: noFields, body } });
  }

  #end(result: OriginResult): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#unsent !== undefined) this.#link.letGo(this);
    this.#leave();
    this.#cancel?.forget(this);
    this.#taker.take(result);
  }
  #leave(): void {
    const { open } = this.#backend;
    const place = this.#place;
    if (place < 0) return;
    this.#place = -1;
    const last = open.pop() as BackendCall;
    if (last === this) return;
    open[place] = last;
    last.#place = place;
  }
}
