import type { Cancel } from '../host/cancel.ts';
import type { RequestHead } from '../host/frame.ts';
import type { Host } from '../host/host.ts';
import type { ProxyCause, RequestMessage, ResponseMessage } from '../host/message.ts';
import { elapsed, type Instant, type Micros, ms, toMs } from '../host/units.ts';
import { ApplicationIndex } from '../policy/application-match.ts';
import { errorResponse } from '../policy/error-page.ts';
import { forwardRequestHeaders, isRefusal } from '../policy/headers.ts';
import { IdentityClient } from '../policy/identity-client.ts';
import { forwardResponseHeaders } from '../policy/response-headers.ts';
import { Throttle } from '../policy/throttle.ts';
import type { IdentityPort } from '../token/identity-port.ts';
import { Access, type Admission } from './access.ts';
import type { RunningService, ServiceConfig, ServiceMetrics } from './config.ts';
import type { ConnectorGroup } from './connector-group.ts';
import { type Dispatched, Dispatcher } from './dispatch.ts';
import { asksForWebSocket, internalTarget, type Published, publish } from './published.ts';
import { Registry } from './registry.ts';

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

/** A request on its way to a connector of its application's group. */
class Passage {
  readonly application: Published;
  readonly group: ConnectorGroup;
  readonly head: RequestHead;

  constructor(application: Published, group: ConnectorGroup, head: RequestHead) {
    this.application = application;
    this.group = group;
    this.head = head;
  }
}

type Admitted = Passage | ResponseMessage;

class Service implements RunningService {
  readonly front = (request: RequestMessage, cancel: Cancel): Promise<ResponseMessage> => this.#handle(request, cancel);
  tunnelAddress: string;
  readonly #host: Host;
  readonly #config: ServiceConfig;
  readonly #applications: ApplicationIndex<Published>;
  readonly #registry: Registry;
  readonly #dispatcher: Dispatcher;
  readonly #access: Access;
  readonly #throttle: Throttle;
  readonly #boot: string;
  #closeListener: () => Promise<void> = async () => {};
  #transactions = 0;
  #answered = 0;
  #refused = 0;
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
    this.#dispatcher = new Dispatcher(host, config.behaviour);
    this.#access = new Access(host, config, new IdentityClient(host, ports.identity, config.identity.client));
    this.#throttle = new Throttle(config.throttle);
    this.#boot = host.crypto.randomId(6);
  }

  async listen(): Promise<void> {
    const listener = await this.#host.net.listen(this.#config.tunnelAddress, (conn) => {
      void this.#registry.accept(conn);
    });
    this.tunnelAddress = listener.address;
    this.#closeListener = () => listener.close();
  }

  ready(): boolean {
    for (const group of this.#registry.groups.values()) if (group.size === 0) return false;
    return true;
  }

  metrics(): ServiceMetrics {
    return {
      requests: this.#transactions,
      answered: this.#answered,
      retried: this.#dispatcher.retried,
      refused: this.#refused,
      signIns: this.#access.signIns,
      tunnels: this.#registry.tunnels,
      inFlight: this.#registry.inFlight,
    };
  }

  async drain(deadline: Micros): Promise<void> {
    await this.#closeListener();
    const tunnels = this.#registry.allTunnels();
    // in slices, so that connectors find other instances before the last tunnel here stops taking work
    for (const tunnel of tunnels) {
      tunnel.goAway('instance is draining', 0);
      await this.#host.clock.sleep(ms(20));
    }
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.#host.clock.timeout(deadline, resolve);
        this.#idle = () => {
          this.#host.clock.clear(timer);
          resolve();
        };
      });
    }
    await this.stop();
  }

  async stop(): Promise<void> {
    await this.#closeListener();
    for (const tunnel of this.#registry.allTunnels()) tunnel.close({ cause: 'fin', detail: 'service stopped' });
  }

  /** A chain of callbacks for the usual request: an async function costs three times its memory, measured. */
  #handle(request: RequestMessage, cancel: Cancel): Promise<ResponseMessage> {
    const started = this.#host.clock.now();
    this.#transactions += 1;
    const transaction = `${this.#boot}-${this.#transactions}`;
    const admitted = this.#admit(request, transaction);
    this.#running += 1;
    const response =
      admitted instanceof Promise
        ? admitted.then((later) => this.#pass(later, request, cancel), this.#failed)
        : this.#pass(admitted, request, cancel);
    if (this.#config.accessLog) this.#logWhenDone(response, request, transaction, started);
    return response;
  }

  #pass(admitted: Admitted, request: RequestMessage, cancel: Cancel): Promise<ResponseMessage> {
    if (!(admitted instanceof Passage)) {
      this.#left();
      return Promise.resolve(admitted);
    }
    const sent = this.#dispatcher.send(admitted.group, admitted.head, request.body, cancel);
    return sent.then((dispatched) => this.#conclude(admitted, dispatched), this.#failed);
  }

  readonly #failed = (error: unknown): never => {
    this.#left();
    throw error;
  };

  #left(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#idle?.();
  }

  /** What may go to a connector, or the answer to give instead. */
  #admit(request: RequestMessage, transaction: string): Admitted | Promise<Admitted> {
    const application = this.#applications.match(request.host, request.target);
    if (application === undefined) return this.#refuse('not-found', transaction);
    if (application === 'ambiguous') return this.#refuse('bad-request', transaction);
    if (!this.#throttle.admit(application.id, this.#host.clock.now())) return this.#refuse('throttled', transaction, 1);
    if (application.preAuthentication === 'pass-through') return this.#forward(application, request, '', transaction);
    const admission = this.#access.admit(application, request);
    if (!(admission instanceof Promise)) return this.#admitted(application, request, admission, transaction);
    return admission.then((later) => this.#admitted(application, request, later, transaction));
  }

  #admitted(application: Published, request: RequestMessage, admission: Admission, transaction: string): Admitted {
    if (admission.kind === 'answer') return admission.response;
    if (admission.kind === 'refuse') return this.#refuse(admission.cause, transaction, admission.retryAfterSeconds);
    return this.#forward(application, request, admission.user, transaction);
  }

  #forward(application: Published, request: RequestMessage, user: string, transactionId: string): Admitted {
    const { host, clientAddress, method } = request;
    const upgrade = asksForWebSocket(request);
    const facts = { host, clientAddress, user, upgrade };
    const headers = forwardRequestHeaders(request.headers, facts, application.requestRules);
    if (isRefusal(headers)) return this.#refuse('bad-request', transactionId);
    const { id, backendTimeout: timeoutUs } = application;
    const target = internalTarget(application, request.target);
    const head = { method, host, target, headers, application: id, user, timeoutUs, transactionId };
    return new Passage(application, this.#registry.group(application.group), head);
  }

  #conclude({ application, head }: Passage, dispatched: Dispatched): ResponseMessage {
    this.#left();
    if ('cause' in dispatched) return this.#refuse(dispatched.cause, head.transactionId);
    this.#answered += 1;
    const { response } = dispatched;
    const headers = forwardResponseHeaders(response.headers, response.status, application.responseRules);
    const { status, body, upgrade } = response;
    return upgrade === undefined ? { status, headers, body } : { status, headers, body, upgrade };
  }

  #refuse(cause: ProxyCause, transactionId: string, retryAfterSeconds?: number): ResponseMessage {
    this.#refused += 1;
    const wall = this.#host.clock.wall();
    return errorResponse(
      cause,
      retryAfterSeconds === undefined ? { transactionId, wall } : { transactionId, wall, retryAfterSeconds },
    );
  }

  #logWhenDone(
    response: Promise<ResponseMessage>,
    request: RequestMessage,
    transaction: string,
    started: Instant,
  ): void {
    response.then(
      (done) => this.#logRequest(request, done, transaction, started),
      () => {},
    );
  }

  #logRequest(request: RequestMessage, response: ResponseMessage, transaction: string, started: Instant): void {
    this.#host.log.event('info', 'request.done', {
      transaction,
      method: request.method,
      host: request.host,
      status: response.status,
      cause: response.proxyCause ?? '',
      ms: toMs(elapsed(started, this.#host.clock.now())),
    });
  }
}
