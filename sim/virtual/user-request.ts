import { wholeBody } from '../../proxy/host/body.ts';
import { CancelSource } from '../../proxy/host/cancel.ts';
import type { HeaderPairs } from '../../proxy/host/message.ts';
import type { TokenHop, TokenServiceModel } from '../../proxy/token/model.ts';
import type { CookieJar } from '../workload/cookie-jar.ts';
import type { FrontDoor } from '../workload/front-door.ts';
import type { ServiceAnswer, SignInVisit, UserAgent } from '../workload/journey.ts';
import type { Kernel } from './kernel.ts';
import { type Door, UserExchange } from './user-exchange.ts';
import type { VirtualUser } from './users.ts';

/** The world as users meet it. */
export interface UserSide {
  readonly kernel: Kernel;
  readonly doors: ReadonlyMap<string, Door>;
  readonly frontDoor: FrontDoor;
  readonly tokenService: TokenServiceModel;
  readonly tokenHop: TokenHop;
}

/** One planned request in virtual time: the user's browser for it, and the user's patience as its Cancel. */
export class UserRequest extends CancelSource implements UserAgent {
  readonly #side: UserSide;
  readonly #user: VirtualUser;
  readonly #host: string;
  readonly #pick: number;
  #exchange: UserExchange | undefined = undefined;

  constructor(side: UserSide, user: VirtualUser, host: string, pick: number) {
    super();
    this.#side = side;
    this.#user = user;
    this.#host = host;
    this.#pick = pick;
  }

  get jar(): CookieJar {
    return this.#user.jar;
  }

  /** Patience has ended. */
  giveUp(): void {
    this.cancel('user gave up');
    this.#exchange?.giveUp();
  }

  toService(method: string, target: string, headers: HeaderPairs, bodyBytes: number): Promise<ServiceAnswer> {
    if (this.cancelled) return Promise.resolve({ kind: 'silence' });
    const { kernel, doors, frontDoor } = this.#side;
    const body = bodyBytes > 0 ? wholeBody({ bytes: bodyBytes }) : undefined;
    const request = { method, host: this.#host, target, headers, body, clientAddress: this.#user.address };
    const door = doors.get(frontDoor.choose(this.#pick)) as Door;
    return new Promise((resolve) => {
      this.#exchange = new UserExchange(kernel, door, request, resolve);
      this.#exchange.begin();
    });
  }

  async signIn(location: string): Promise<SignInVisit> {
    if (location.startsWith('/')) return { kind: 'back', target: location };
    const { tokenService, tokenHop } = this.#side;
    const visit = await tokenService.authorize(location, this.#user.name, this, tokenHop);
    if (visit.kind === 'callback') return { kind: 'back', target: visit.url.slice(visit.url.indexOf('/', 8)) };
    if (visit.status !== undefined) return { kind: 'answer', status: visit.status, proxyCause: null };
    return { kind: visit.detail === 'unreachable' ? 'refused' : 'silence' };
  }
}
