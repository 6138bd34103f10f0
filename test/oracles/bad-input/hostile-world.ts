import type { RunningConnector } from '../../../proxy/connector/config.ts';
import { startConnector } from '../../../proxy/connector/connector.ts';
import { wholeBody } from '../../../proxy/host/body.ts';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { Host } from '../../../proxy/host/host.ts';
import type { HeaderPairs, ResponseMessage } from '../../../proxy/host/message.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import { type EpochMs, seconds } from '../../../proxy/host/units.ts';
import { newSession, sealSession, sessionCookieName } from '../../../proxy/policy/session.ts';
import type { RunningService } from '../../../proxy/service/config.ts';
import { startService } from '../../../proxy/service/service.ts';
import { TokenServiceModel } from '../../../proxy/token/model.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { connectorConfigOf, serviceConfigOf } from '../../../sim/plan/roles.ts';
import { internalUrlOf } from '../../../sim/virtual/backends.ts';
import { VirtualClock } from '../../../sim/virtual/host-clock.ts';
import { StandInCrypto } from '../../../sim/virtual/host-crypto.ts';
import { CountingLog, type LogFacts } from '../../../sim/virtual/host-log.ts';
import { Kernel, worldLife } from '../../../sim/virtual/kernel.ts';
import { Link } from '../../../sim/virtual/link.ts';
import { framePair, Network } from '../../../sim/virtual/network.ts';
import { type Ground, Part, worldSecret } from '../../../sim/virtual/part.ts';
import { scriptedOrigin } from '../../proxy/origins.ts';

export interface Logged {
  readonly part: string;
  readonly name: string;
  readonly facts: LogFacts;
}

/**
 * One service instance in virtual time that knows the connectors of a plan, and a network where a part of any name may
 * dial it: what a hostile user or a hostile machine with a certificate can do, without the engine in between.
 */
export class HostileWorld {
  readonly kernel = new Kernel();
  readonly logged: Logged[] = [];
  readonly plan: Plan;
  readonly #ground: Ground;
  readonly #service: Part<RunningService>;

  constructor(plan: Plan) {
    this.plan = plan;
    const { kernel } = this;
    const random = seededRandom('hostile');
    const plain = { latency: seconds(0.005), jitter: seconds(0), bytesPerSecond: null };
    const network = new Network(kernel, (from) => new Link(kernel, plain, random.fork(from)), framePair);
    const log = new CountingLog((part, _level, name, facts) => this.logged.push({ part, name, facts }));
    this.#ground = { kernel, network, random, log, onState: () => {} };
    const tokens = new TokenServiceModel(
      new VirtualClock(kernel, worldLife),
      random.fork('tokens'),
      new StandInCrypto('tokens', random.fork('tokens/crypto')),
      { sessionLife: plan.identity.sessionLife, exchangeTime: plan.identity.exchangeTime },
    );
    const hop = { roundTrip: () => seconds(0.01), state: () => 'open' as const, opened: () => Promise.resolve() };
    this.#service = new Part(this.#ground, 'service/1', (host) =>
      startService(host, serviceConfigOf(plan, 'service/1', 'service/1', internalUrlOf), {
        identity: tokens.port(hop),
      }),
    );
    this.#service.start();
  }

  /** A machine whose certificate says `certified`, running `main`. */
  machine<N>(certified: string, main: (host: Host) => Promise<N>): Part<N> {
    const part = new Part(this.#ground, certified, main);
    part.start();
    return part;
  }

  /** An honest connector program on a machine certified as `certified`, configured to be `claims`. */
  connector(certified: string, claims = certified): Part<RunningConnector> {
    const plan = this.plan.topology.connectors.find(({ id }) => id === claims) ?? this.plan.topology.connectors[0];
    if (plan === undefined) throw new Error('a plan without connectors');
    const config = { ...connectorConfigOf(this.plan, plan, ['service/1'], internalUrlOf), connectorId: claims };
    const answer = { status: 200, headers: [['x-served-by', certified] as const], body: wholeBody({ bytes: 3 }) };
    return this.machine(certified, (host) =>
      startConnector(host, config, {
        origin: scriptedOrigin(async () => ({ kind: 'answer', response: answer })),
        tickets: undefined,
      }),
    );
  }

  /** Lets `span` seconds pass. */
  async pass(span: number): Promise<void> {
    await this.kernel.run(this.kernel.now + seconds(span));
  }

  /** One request of a user, answered within a minute of virtual time or not at all. */
  async ask(headers: HeaderPairs, target = '/a'): Promise<ResponseMessage> {
    let answer: ResponseMessage | undefined;
    let failure: unknown;
    const request = { method: 'GET', host: 'shop.example.com', target, headers, body: undefined, clientAddress: '' };
    const send = () => {
      const front = this.#service.running?.front;
      if (front === undefined) throw new Error('the service is gone');
      front(request, new CancelSource()).then(
        (response) => {
          answer = response;
          this.kernel.stop();
        },
        (error: unknown) => {
          failure = error;
        },
      );
    };
    this.kernel.schedule(this.kernel.now, { run: send }, worldLife);
    await this.pass(60);
    if (failure !== undefined) throw failure;
    if (answer === undefined) throw new Error('no answer within a minute');
    return answer;
  }

  /** Value of a session cookie; `secret` and `application` as a forger would have them. */
  sealedSession(options: { secret?: string; application?: string; lifeSeconds?: number } = {}): string {
    const { secret = worldSecret, application = 'shop', lifeSeconds = 3600 } = options;
    const crypto = new StandInCrypto(secret, seededRandom('sessions'));
    const ends = new VirtualClock(this.kernel, worldLife).wall() + lifeSeconds * 1000;
    return sealSession(crypto, application, newSession(crypto, 'ada@example.test', ends as EpochMs));
  }

  cookie(value: string): HeaderPairs {
    return [['cookie', `${sessionCookieName('shop')}=${value}`]];
  }

  /** What was logged under this name. */
  told(name: string): readonly Logged[] {
    return this.logged.filter((entry) => entry.name === name);
  }
}
