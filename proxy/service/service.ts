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
import { Access } from './access.ts';
import type { ServiceConfig, ServiceMetrics, ServiceNode } from './config.ts';
import { Dispatcher } from './dispatch.ts';
import { asksForWebSocket, internalTarget, type Published, publish } from './published.ts';
import { Registry } from './registry.ts';

export interface ServicePorts {
  readonly identity: IdentityPort;
}

/**
 * Starts one service instance: it listens for connectors and answers users through `front`.
 * @throws HoldfastError ERR_PORT_IN_USE when the tunnel address is taken
 */
export async function startService(host: Host, config: ServiceConfig, ports: ServicePorts): Promise<ServiceNode> {
  const service = new Service(host, config, ports);
  await service.listen();
  return service;
}

class Service implements ServiceNode {
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

  async #handle(request: RequestMessage, cancel: Cancel): Promise<ResponseMessage> {
    const started = this.#host.clock.now();
    this.#transactions += 1;
    const transaction = `${this.#boot}-${this.#transactions}`;
    this.#running += 1;
    try {
      const response = await this.#answer(request, transaction, cancel);
      if (this.#config.accessLog) this.#logRequest(request, response, transaction, started);
      return response;
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#idle?.();
    }
  }

  async #answer(request: RequestMessage, transaction: string, cancel: Cancel): Promise<ResponseMessage> {
    const application = this.#applications.match(request.host, request.target);
    if (application === undefined) return this.#refuse('not-found', transaction);
    if (application === 'ambiguous') return this.#refuse('bad-request', transaction);
    if (!this.#throttle.admit(application.id, this.#host.clock.now())) return this.#refuse('throttled', transaction, 1);

    let user = '';
    if (application.preAuthentication === 'token-service') {
      const admission = this.#access.admit(application, request);
      const admitted = admission instanceof Promise ? await admission : admission;
      if (admitted.kind === 'answer') return admitted.response;
      if (admitted.kind === 'refuse') return this.#refuse(admitted.cause, transaction, admitted.retryAfterSeconds);
      user = admitted.user;
    }

    const { host, clientAddress } = request;
    const upgrade = asksForWebSocket(request);
    const forwarded = forwardRequestHeaders(
      request.headers,
      { host, clientAddress, user, upgrade },
      application.requestRules,
    );
    if (isRefusal(forwarded)) return this.#refuse('bad-request', transaction);
    const head: RequestHead = {
      method: request.method,
      host,
      target: internalTarget(application, request.target),
      headers: forwarded,
      application: application.id,
      user,
      timeoutUs: application.backendTimeout,
      transactionId: transaction,
    };
    const group = this.#registry.group(application.group);
    const dispatched = await this.#dispatcher.send(group, head, request.body, cancel);
    if ('cause' in dispatched) return this.#refuse(dispatched.cause, transaction);
    this.#answered += 1;
    const { response } = dispatched;
    const headers = forwardResponseHeaders(response.headers, response.status, application.responseRules);
    return { ...response, headers };
  }

  #refuse(cause: ProxyCause, transactionId: string, retryAfterSeconds?: number): ResponseMessage {
    this.#refused += 1;
    const wall = this.#host.clock.wall();
    return errorResponse(
      cause,
      retryAfterSeconds === undefined ? { transactionId, wall } : { transactionId, wall, retryAfterSeconds },
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
