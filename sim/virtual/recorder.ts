import type { Micros } from '../../proxy/host/units.ts';
import { lossCauses, outcomeCodes, type RequestColumns } from '../history/history.ts';
import { classify } from '../measure/classify.ts';
import type { JourneyEnd } from '../workload/journey.ts';
import type { EventHash } from './event-hash.ts';

const outcomeIndex = new Map<string, number>(outcomeCodes.map((outcome, index) => [outcome, index]));
const causeIndex = new Map<string, number>(lossCauses.map((cause, index) => [cause, index]));

/** Writes decided requests into growing columns: no object is kept per request. */
export class Recorder {
  readonly #hash: EventHash;
  readonly #deadline: Micros;
  #start = new Float64Array(1024);
  #end = new Float64Array(1024);
  #application = new Uint16Array(1024);
  #outcome = new Uint8Array(1024);
  #cause = new Uint8Array(1024);
  #length = 0;

  constructor(hash: EventHash, deadline: Micros) {
    this.#hash = hash;
    this.#deadline = deadline;
  }

  get length(): number {
    return this.#length;
  }

  /** `start` and `end` in plan time; the outcome is decided here, by the one classifier. */
  record(start: number, end: number, application: number, ended: JourneyEnd): void {
    const elapsed = (end - start) as Micros;
    const { outcome, cause } = classify({ elapsed, deadline: this.#deadline, peer: ended.peer, end: ended.end });
    const row = this.#length++;
    if (row === this.#start.length) this.#grow();
    // both are 0 for ok: the usual case looks nothing up
    const ok = outcome === 'ok';
    const outcomeCode = ok ? 0 : (outcomeIndex.get(outcome) ?? 0);
    const causeCode = ok ? 0 : (causeIndex.get(cause) ?? 0);
    this.#start[row] = start;
    this.#end[row] = end;
    this.#application[row] = application;
    this.#outcome[row] = outcomeCode;
    this.#cause[row] = causeCode;
    const hash = this.#hash;
    hash.number(start);
    hash.number(end);
    hash.number(application * 65536 + outcomeCode * 256 + causeCode);
  }

  columns(): RequestColumns {
    const length = this.#length;
    return {
      length,
      start: this.#start.slice(0, length),
      end: this.#end.slice(0, length),
      application: this.#application.slice(0, length),
      outcome: this.#outcome.slice(0, length),
      cause: this.#cause.slice(0, length),
    };
  }

  #grow(): void {
    const capacity = this.#start.length * 2;
    this.#start = copied(this.#start, new Float64Array(capacity));
    this.#end = copied(this.#end, new Float64Array(capacity));
    this.#application = copied(this.#application, new Uint16Array(capacity));
    this.#outcome = copied(this.#outcome, new Uint8Array(capacity));
    this.#cause = copied(this.#cause, new Uint8Array(capacity));
  }
}

function copied<T extends Float64Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
