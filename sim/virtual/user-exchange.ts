import { CancelSource } from '../../proxy/host/cancel.ts';
import type { FrontTaker, RequestMessage, ResponseMessage } from '../../proxy/host/message.ts';
import type { RunningService } from '../../proxy/service/config.ts';
import type { ServiceAnswer } from '../workload/journey.ts';
import { EventKind } from './event-kind.ts';
import { headersSize } from './frame-size.ts';
import { type Kernel, worldLife } from './kernel.ts';
import type { Life, Task } from './life.ts';
import type { Link } from './link.ts';

/** A service instance as users reach it. */
export interface Door {
  readonly link: Link;
  /** The present life of the instance. */
  readonly life: Life;
  /** Undefined while the process is down or starting. */
  readonly service: Pick<RunningService, 'serve'> | undefined;
  /** Exchanges it is working on: they are reset when it dies. */
  readonly open: UserExchange[];
}

const silence: ServiceAnswer = { kind: 'silence' };

/**
 * One HTTP exchange between a user and an instance, on a connection of its own: out over the link, through the service, and
 * back. Two events when all goes well.
 */
export class UserExchange implements Task, FrontTaker {
  /** What the service sees of the user's patience. */
  readonly cancel = new CancelSource();
  /** Place in `door.open`; -1 while not there. */
  place = -1;
  readonly #kernel: Kernel;
  readonly #door: Door;
  readonly #request: RequestMessage;
  /** Names the jitter of its messages: even there, odd back. */
  readonly #ordinal: number;
  readonly #done: (answer: ServiceAnswer) => void;
  #life: Life = worldLife;
  #answer: ServiceAnswer | undefined = undefined;
  #decided = false;

  constructor(
    kernel: Kernel,
    door: Door,
    request: RequestMessage,
    ordinal: number,
    done: (answer: ServiceAnswer) => void,
  ) {
    this.#kernel = kernel;
    this.#door = door;
    this.#request = request;
    this.#ordinal = ordinal;
    this.#done = done;
  }

  /** Sends the request on its way. Silence keeps it; a connection to nobody is refused after a round trip. */
  begin(): void {
    const { link, life } = this.#door;
    if (this.#decided) return;
    if (link.silent) {
      link.hold(this);
      return;
    }
    if (link.resetting) {
      link.countReset();
      this.#reply({ kind: 'reset' }, 2 * link.delay(0, this.#ordinal));
      return;
    }
    if (life.state === 'dead') {
      this.#reply({ kind: 'refused' }, 2 * link.delay(0, this.#ordinal));
      return;
    }
    this.#life = life;
    const { body, headers } = this.#request;
    const bytes = link.paced ? headersSize(headers) + (body?.whole?.bytes ?? 0) : 0;
    this.#kernel.schedule(this.#kernel.now + link.delay(bytes, this.#ordinal), this, life, EventKind.exchange);
  }

  /** First at the instance, then back at the user; where a silence kept it, it is sent only now. */
  run(): void {
    if (this.#answer !== undefined) {
      this.#decide(this.#answer);
      return;
    }
    if (this.#life === worldLife) {
      this.begin();
      return;
    }
    const { service, open, link } = this.#door;
    if (service === undefined) {
      this.#reply({ kind: 'refused' }, link.delay(0, this.#ordinal + 1));
      return;
    }
    this.place = open.push(this) - 1;
    service.serve(this.#request, this.cancel, this);
  }

  /** The instance died while the request was on its way or waiting in it. */
  abandoned(): void {
    this.#reply({ kind: 'reset' }, this.#door.link.delay(0, this.#ordinal + 1));
  }

  failed(): void {
    this.reset();
  }

  /** The instance died while it worked on this. */
  reset(): void {
    this.#leave();
    this.#reply({ kind: 'reset' }, this.#door.link.delay(0, this.#ordinal + 1));
  }

  /** The user stops waiting: silence at once, and the service learns of it over the link. */
  giveUp(): void {
    if (this.#decided) return;
    const { link } = this.#door;
    if (this.#life === worldLife) link.letGo(this);
    else if (!link.silent) {
      const close: Task = { run: () => this.cancel.cancel('user gave up') };
      this.#kernel.schedule(this.#kernel.now + link.delay(0, this.#ordinal), close, this.#life);
    }
    this.#decide(silence);
  }

  take(response: ResponseMessage): void {
    const { body } = response;
    const whole = body === undefined ? 0 : body.whole?.bytes;
    if (whole === undefined) void this.#readOn(response);
    else this.#deliver(response, whole);
  }

  /** A streamed body: the answer counts when its last byte is here. */
  async #readOn(response: ResponseMessage): Promise<void> {
    let bytes = 0;
    try {
      for (;;) {
        const pulled = response.body?.pull();
        const chunk = pulled instanceof Promise ? await pulled : pulled;
        if (chunk === undefined) break;
        bytes += chunk.bytes;
      }
    } catch {
      this.reset();
      return;
    }
    this.#deliver(response, bytes);
  }

  #deliver(response: ResponseMessage, bodyBytes: number): void {
    if (this.#life.state === 'dead') return; // reset told the user
    this.#leave();
    const { status, headers, proxyCause } = response;
    const { link } = this.#door;
    if (link.resetting) {
      link.countReset();
      this.#reply({ kind: 'reset' }, link.delay(0, this.#ordinal + 1));
      return;
    }
    const bytes = link.paced ? headersSize(headers) + bodyBytes : 0;
    this.#reply({ kind: 'answer', status, headers, proxyCause }, link.delay(bytes, this.#ordinal + 1));
  }

  #reply(answer: ServiceAnswer, span: number): void {
    if (this.#decided || this.#answer !== undefined) return;
    this.#answer = answer;
    this.#return(span);
  }

  #return(span: number): void {
    const { link } = this.#door;
    if (link.silent) link.hold({ run: () => this.#return(span) });
    else this.#kernel.schedule(this.#kernel.now + span, this, worldLife, EventKind.exchange);
  }

  #decide(answer: ServiceAnswer): void {
    if (this.#decided) return;
    this.#decided = true;
    this.#done(answer);
  }

  #leave(): void {
    const { open } = this.#door;
    const { place } = this;
    if (place < 0) return;
    this.place = -1;
    const last = open.pop() as UserExchange;
    if (last === this) return;
    open[place] = last;
    last.place = place;
  }
}
