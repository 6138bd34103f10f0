import type { Cancel } from '../host/cancel.ts';
import { invariant } from '../host/errors.ts';
import type { Host } from '../host/host.ts';
import type { FrontTaker, ProxyCause, RequestMessage, ResponseMessage } from '../host/message.ts';
import type { Listener } from '../host/transport.ts';
import { after, elapsed, type Micros, ms, toMs } from '../host/units.ts';
import { ApplicationIndex } from '../policy/application-match.ts';
import { errorResponse } from '../policy/error-page.ts';
import { forwardRequestHeaders, isRefusal, refusalStatus } from '../policy/headers.ts';
import { IdentityClient } from '../policy/identity-client.ts';
import { forwardResponseHeaders } from '../policy/response-headers.ts';
import { asksForRobots, robotsAnswer } from '../policy/robots.ts';
import { Throttle } from '../policy/throttle.ts';
import { isForeignWebSocket } from '../policy/web-socket-origin.ts';
import type { IdentityPort } from '../token/identity-port.ts';
import { Access, type Admission } from './access.ts';
import type { RunningService, ServiceConfig, ServiceMetrics } from './config.ts';
import { type Dispatched, Dispatcher } from './dispatch.ts';
import { Passage, type PassageOwner } from './passage.ts';
import { asksForWebSocket, internalTarget, missingSlash, type Published, publish } from './published.ts';
import { drainingReason, Registry } from './registry.ts';

export interface ServicePorts {
  readonly identity: IdentityPort;
}

/**
 * Starts one service instance: it listens for connectors and answers users through `front`.
 * @throws HoldfastError ERR_PORT_IN_USE when the tunnel address is taken
 */
export async function startService(host: Host, config: ServiceConfig, ports: ServicePorts): Promise<RunningService> {
  const service = new Service(host, config, ports);
  await service.listen();
  return service;
}

/** What nginx logs for it, and log readers know. */
const clientLeftStatus = 499;

class Service implements RunningService, PassageOwner {
  readonly front = (request: RequestMessage, cancel: Cancel): Promise<ResponseMessage> =>
    new Promise((resolve, reject) => this.serve(request, cancel, { take: resolve, failed: reject }));
  tunnelAddress: string;
  readonly #host: Host;
  readonly #config: ServiceConfig;
  readonly #applications: ApplicationIndex<Published>;
  readonly #registry: Registry;
  readonly #dispatcher: Dispatcher;
  readonly #access: Access;
  readonly #throttle: Throttle;
  readonly #boot: string;
  #listener: Listener | undefined = undefined;
  #transactions = 0;
  #answered = 0;
  #refused = 0;
  #clientLeft = 0;
  #running = 0;
  #idle: (() => void) | undefined = undefined;

  constructor(host: Host, config: ServiceConfig, ports: ServicePorts) {
    this.#host = host;
    this.#config = config;
    this.tunnelAddress = config.tunnelAddress;
    this.#applications = new ApplicationIndex(
      config.applications.map((one) => publish(one, `holdfast-${config.instanceId.replace('/', '-')}`)),
    );
    this.#registry = new Registry(host, config);
    this.#dispatcher = new Dispatcher(host, config.behaviour, () => this.#idleNow());
    this.#access = new Access(host, config, new IdentityClient(host, ports.identity, config.identity.client));
    this.#throttle = new Throttle(config.throttle);
    this.#boot = host.crypto.randomId(6);
  }

  async listen(): Promise<void> {
    this.#listener = await this.#host.net.listen(this.#config.tunnelAddress, (conn) => {
      void this.#registry.accept(conn);
    });
    this.tunnelAddress = this.#listener.address;
  }

  ready(): boolean {
    return this.#registry.ready;
  }

  get opened(): Promise<void> {
    return this.#registry.opening.opened;
  }

  metrics(): ServiceMetrics {
    return {
      requests: this.#transactions,
      answered: this.#answered,
      cut: this.#dispatcher.cut,
      retried: this.#dispatcher.retried,
      refused: this.#refused,
      clientLeft: this.#clientLeft,
      signIns: this.#access.signIns,
      tunnels: this.#registry.tunnels,
      inFlight: this.#registry.inFlight,
      groupConnectors: this.#registry.reachable,
    };
  }

  async drain(deadline: Micros): Promise<void> {
    const end = after(this.#host.clock.now(), deadline);
    await this.#listener?.close();
    this.#registry.leave();
    // in slices, so that connectors find other instances before the last tunnel here stops taking work; with very many
    // tunnels in shorter ones, so that half of the time is left for what runs
    const tunnels = this.#registry.allTunnels();
    const slice = Math.min(ms(20), Math.floor(deadline / 2 / Math.max(1, tunnels.length))) as Micros;
    for (const tunnel of tunnels) {
      tunnel.goAway(drainingReason, 0);
      if (slice > 0) await this.#host.clock.sleep(slice);
    }
    const left = elapsed(this.#host.clock.now(), end);
    if (left > 0 && this.#running + this.#dispatcher.running > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.#host.clock.timeout(left, resolve);
        this.#idle = () => {
          this.#host.clock.clear(timer);
          resolve();
        };
      });
    }
    await this.stop();
  }

  async stop(): Promise<void> {
    await this.#listener?.close();
    this.#registry.close({ cause: 'fin', detail: 'service stopped' });
  }

  /** A chain of callbacks for the usual request: promises were a third of its cost, measured. */
  serve(request: RequestMessage, cancel: Cancel, taker: FrontTaker): void {
    this.#transactions += 1;
    this.#running += 1;
    const transactionId = `${this.#boot}-${this.#transactions}`;
    const passage = new Passage(this, request, cancel, taker, transactionId, this.#host.clock.now());
    let answer: ResponseMessage | undefined | Promise<ResponseMessage | undefined>;
    try {
      answer = this.#admit(passage);
    } catch (error) {
      this.#failed(passage, error);
      return;
    }
    if (answer === undefined) this.#dispatch(passage);
    else if (!(answer instanceof Promise)) this.#finish(passage, answer);
    else
      answer.then(
        (later) => (later === undefined ? this.#dispatch(passage) : this.#finish(passage, later)),
        (error: unknown) => this.#failed(passage, error),
      );
  }

  /** To a connector of the application's group. */
  #dispatch(passage: Passage): void {
    const { application, head, request, cancel } = passage;
    invariant(application !== undefined && head !== undefined, 'a request goes to the connectors of its application');
    this.#dispatcher.send(this.#registry.group(application.group), head, request.body, cancel, passage);
  }

  /** The end of a dispatch. */
  dispatched(passage: Passage, dispatched: Dispatched): void {
    let answer: ResponseMessage;
    try {
      answer = this.#conclude(passage, dispatched);
    } catch (error) {
      this.#failed(passage, error);
      return;
    }
    this.#finish(passage, answer);
  }

  #finish(passage: Passage, response: ResponseMessage): void {
    this.#left();
    if (this.#config.accessLog) this.#logRequest(passage, response);
    passage.taker.take(response);
  }

  /** A bug of ours or of a port. */
  #failed(passage: Passage, error: unknown): void {
    this.#left();
    passage.taker.failed(error);
  }

  #left(): void {
    this.#running -= 1;
    this.#idleNow();
  }

  /** A drain waits for the last byte of every answer, and for both directions of every WebSocket. */
  #idleNow(): void {
    if (this.#idle !== undefined && this.#running + this.#dispatcher.running === 0) this.#idle();
  }

  /** The answer to give at once; undefined: the passage may go to a connector. */
  #admit(passage: Passage): ResponseMessage | undefined | Promise<ResponseMessage | undefined> {
    const { request } = passage;
    const application = this.#applications.match(request.host, request.target);
    if (asksForRobots(request) && this.#applications.hasHost(request.host)) return robotsAnswer();
    if (application === undefined) return this.#refuse(passage, 'not-found');
    if (application === 'ambiguous') return this.#refuse(passage, 'bad-request');
    passage.application = application;
    if (!this.#throttle.admit(application.id, passage.started)) return this.#refuse(passage, 'throttled', 1);
    const elsewhere = missingSlash(application, request.target);
    if (elsewhere !== undefined) return elsewhere;
    if (application.preAuthentication === 'pass-through') return this.#prepare(passage, application, '');
    const admission = this.#access.admit(application, request);
    if (!(admission instanceof Promise)) return this.#admitted(passage, application, admission);
    return admission.then((later) => this.#admitted(passage, application, later));
  }

  #admitted(passage: Passage, application: Published, admission: Admission): ResponseMessage | undefined {
    if (admission.kind === 'answer') return admission.response;
    if (admission.kind === 'refuse') return this.#refuse(passage, admission.cause, admission.retryAfterSeconds);
    return this.#prepare(passage, application, admission.user);
  }

  #prepare(passage: Passage, application: Published, user: string): ResponseMessage | undefined {
    const { request, transactionId } = passage;
    const { host, clientAddress, method } = request;
    const upgrade = asksForWebSocket(request);
    if (upgrade && application.preAuthentication === 'token-service') {
      if (isForeignWebSocket(request, application.webSocketOrigins)) {
        return this.#refuse(passage, 'bad-request', undefined, 403);
      }
    }
    const facts = { host, clientAddress, user, upgrade };
    const headers = forwardRequestHeaders(request.headers, facts, application.requestRules);
    if (isRefusal(headers)) return this.#refuse(passage, 'bad-request', undefined, refusalStatus(headers));
    const { id, backendTimeout: timeoutUs } = application;
    const target = internalTarget(application, request.target);
    const sent = application.sentHost ?? host;
    passage.head = { method, host: sent, target, headers, application: id, user, timeoutUs, transactionId };
    return undefined;
  }

  #conclude(passage: Passage, dispatched: Dispatched): ResponseMessage {
    if (dispatched.kind === 'none') return this.#refuse(passage, dispatched.cause, undefined, dispatched.status);
    const { status, body, upgrade } = dispatched;
    if (status !== 101 && (status < 200 || status > 599)) {
      // No front may send such an answer on, and no page that it made itself would have our id and time.
      body?.cancel('not a status of HTTP');
      return this.#refuse(passage, 'backend-unreachable');
    }
    this.#answered += 1;
    const rules = (passage.application as Published).responseRules;
    const headers = forwardResponseHeaders(dispatched.headers, status, rules, passage.request.host);
    return upgrade === undefined ? { status, headers, body } : { status, headers, body, upgrade };
  }

  #refuse(passage: Passage, cause: ProxyCause, retryAfterSeconds?: number, status?: number): ResponseMessage {
    const { transactionId, cancel } = passage;
    if (cancel.cancelled) this.#clientLeft += 1;
    else this.#refused += 1;
    const wall = this.#host.clock.wall();
    return errorResponse(cause, { transactionId, wall, retryAfterSeconds, status });
  }

  #logRequest({ request, transactionId, started, cancel }: Passage, response: ResponseMessage): void {
    const left = cancel.cancelled;
    this.#host.log.event('info', 'request.done', {
      transaction: transactionId,
      method: request.method,
      host: request.host,
      status: left ? clientLeftStatus : response.status,
      cause: left ? 'client-left' : (response.proxyCause ?? ''),
      ms: toMs(elapsed(started, this.#host.clock.now())),
    });
  }
}
