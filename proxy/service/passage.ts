import type { Cancel } from '../host/cancel.ts';
import type { RequestHead } from '../host/frame.ts';
import type { FrontTaker, RequestMessage, Taker } from '../host/message.ts';
import type { Instant } from '../host/units.ts';
import type { Dispatched } from './dispatch.ts';
import type { Published } from './published.ts';

/** Who goes on once a passage was dispatched. */
export interface PassageOwner {
  dispatched(passage: Passage, dispatched: Dispatched): void;
}

/** One request in the service, from its arrival to its answer. */
export class Passage implements Taker<Dispatched> {
  readonly request: RequestMessage;
  readonly cancel: Cancel;
  readonly transactionId: string;
  readonly started: Instant;
  readonly taker: FrontTaker;
  readonly #owner: PassageOwner;
  /** Set once it may go to a connector. */
  application: Published | undefined = undefined;
  head: RequestHead | undefined = undefined;

  constructor(
    owner: PassageOwner,
    request: RequestMessage,
    cancel: Cancel,
    taker: FrontTaker,
    transactionId: string,
    started: Instant,
  ) {
    this.#owner = owner;
    this.request = request;
    this.cancel = cancel;
    this.taker = taker;
    this.transactionId = transactionId;
    this.started = started;
  }

  take(dispatched: Dispatched): void {
    this.#owner.dispatched(this, dispatched);
  }
}
