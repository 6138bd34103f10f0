import { wholeBody } from '../../proxy/host/body.ts';
import { type Cancel, CancelSource } from '../../proxy/host/cancel.ts';
import type { Sleeper } from '../../proxy/host/clock.ts';
import type { HeaderPairs } from '../../proxy/host/message.ts';
import type { TokenHop, TokenServiceModel } from '../../proxy/token/model.ts';
import type { CookieJar } from '../workload/cookie-jar.ts';
import { type FrontDoor, pickOfAttempt } from '../workload/front-door.ts';
import type { ServiceAnswer, SignInVisit, UserAgent } from '../workload/journey.ts';
import type { Filler } from './filler.ts';
import type { Kernel } from './kernel.ts';
import { type Door, UserExchange } from './user-exchange.ts';
import type { VirtualUser } from './users.ts';

/** The world as users meet it. */
export interface UserSide {
  readonly kernel: Kernel;
  readonly doors: ReadonlyMap<string, Door>;
  readonly frontDoor: FrontDoor;
  readonly filler: Filler;
  readonly tokenService: TokenServiceModel;
  readonly tokenHop: TokenHop;
}

/** One planned request in virtual time: the user's browser for it, and the user's patience. */
export class UserRequest implements UserAgent, Sleeper {
  readonly #side: UserSide;
  readonly #user: VirtualUser;
  readonly #host: string;
  /** The request's own draw, and that of its present attempt. */
  readonly #pick: number;
  #attemptPick: number;
  #ordinal: number;
  #exchange: UserExchange | undefined = undefined;
  #patience: CancelSource | undefined = undefined;
  #gaveUp = false;

  constructor(side: UserSide, user: VirtualUser, host: string, pick: number) {
    this.#side = side;
    this.#user = user;
    this.#host = host;
    this.#pick = pick;
    this.#attemptPick = pick;
    // The draw that chose its instance is its own, so it also names the jitter of its messages.
    this.#ordinal = Math.floor(pick * 4294967296) * 16;
  }

  /** From 0. A retry comes over a connection of its own, so perhaps to another instance. */
  beginAttempt(attempt: number): void {
    this.#attemptPick = pickOfAttempt(this.#pick, attempt);
  }

  get jar(): CookieJar {
    return this.#user.jar;
  }

  /** Trips when patience ends. Made when first asked for: most requests are one exchange and never ask. */
  get patience(): CancelSource {
    this.#patience ??= new CancelSource();
    if (this.#gaveUp) this.#patience.cancel('user gave up');
    return this.#patience;
  }

  /** Patience has ended. */
  awake(): void {
    this.#gaveUp = true;
    this.#patience?.cancel('user gave up');
    this.#exchange?.giveUp();
  }

  toService(
    method: string,
    target: string,
    headers: HeaderPairs,
    bodyBytes: number,
    _cancel: Cancel,
    done: (answer: ServiceAnswer) => void,
  ): void {
    if (this.#gaveUp) {
      done({ kind: 'silence' });
      return;
    }
    const { kernel, doors, frontDoor, filler } = this.#side;
    const body = bodyBytes > 0 ? wholeBody(filler.chunk(bodyBytes)) : undefined;
    const request = { method, host: this.#host, target, headers, body, clientAddress: this.#user.address };
    const door = doors.get(frontDoor.choose(this.#attemptPick)) as Door;
    this.#exchange = new UserExchange(kernel, door, request, this.#ordinal, done);
    this.#ordinal += 2;
    this.#exchange.begin();
  }

  async signIn(location: string): Promise<SignInVisit> {
    if (location.startsWith('/')) return { kind: 'back', target: location };
    const { tokenService, tokenHop } = this.#side;
    const visit = await tokenService.authorize(location, this.#user.name, this.patience, tokenHop);
    if (visit.kind === 'callback') return { kind: 'back', target: visit.url.slice(visit.url.indexOf('/', 8)) };
    if (visit.status !== undefined) return { kind: 'answer', status: visit.status, proxyCause: null };
    return { kind: visit.detail === 'unreachable' ? 'refused' : 'silence' };
  }
}
