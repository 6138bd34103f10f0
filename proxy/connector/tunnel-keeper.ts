import { CancelSource } from '../host/cancel.ts';
import type { Host } from '../host/host.ts';
import { elapsed, micros, ms, seconds } from '../host/units.ts';
import { Redial, type TunnelEnd } from '../policy/redial.ts';
import { Supersession, supersededReason } from '../policy/supersession.ts';
import { openConnectorTunnel } from '../protocol/handshake.ts';
import type { ConnectorTunnel, IncomingStream } from '../protocol/tunnel.ts';
import { readConfiguration } from './configuration.ts';
import type { ConnectorState } from './state.ts';

/** A service that sends tunnels away and then takes nothing holds each no longer than this. */
const leaveWithin = seconds(60);

const neverOpened: TunnelEnd = { lived: micros(0), retryAfter: undefined };

/**
 * Keeps one tunnel to one instance alive for ever: dial, serve, and dial again after a delay (`Redial`). It never moves to
 * another instance: every instance has keepers of its own, and one that came back must find its connectors again.
 * `configured` is called with each configuration, `superseded` when a newer incarnation takes its tunnels again and again.
 */
export class TunnelKeeper {
  readonly #host: Host;
  readonly #state: ConnectorState;
  readonly #index: number;
  readonly #identity: { readonly bootNonce: string; readonly generation: number };
  readonly #onStream: (stream: IncomingStream) => void;
  readonly #configured: () => void;
  readonly #superseded: () => void;
  readonly #supersession = new Supersession();
  readonly #stopped = new CancelSource();
  readonly #address: string;
  #tunnel: ConnectorTunnel | undefined;
  /** Tunnels told to go elsewhere that still carry requests. */
  readonly #leaving = new Set<ConnectorTunnel>();

  constructor(
    host: Host,
    state: ConnectorState,
    index: number,
    identity: { readonly bootNonce: string; readonly generation: number },
    onStream: (stream: IncomingStream) => void,
    configured: () => void,
    superseded: () => void,
  ) {
    this.#configured = configured;
    this.#superseded = superseded;
    this.#host = host;
    this.#state = state;
    this.#index = index;
    this.#identity = identity;
    this.#onStream = onStream;
    const { instances } = state.config;
    this.#address = instances[index % instances.length] ?? '';
  }

  get open(): boolean {
    return this.#tunnel !== undefined && this.#tunnel.state === 'open';
  }

  /** Runs until stop(). The first tunnel goes alone, the others a quarter second apart with jitter (no herd). */
  async run(random = this.#host.random.fork(`tunnel/${this.#index}`)): Promise<void> {
    const { clock } = this.#host;
    if (this.#index > 0) await clock.sleep(ms(250 * this.#index + random.below(100)), this.#stopped);
    const redial = new Redial(this.#state.config.reconnect, random);
    while (!this.#stopped.cancelled) {
      const ended = await this.#serveOnce();
      if (this.#stopped.cancelled) return;
      await clock.sleep(redial.after(ended), this.#stopped);
    }
  }

  /** One tunnel from dial to end, or to the service's wish that it end. */
  async #serveOnce(): Promise<TunnelEnd> {
    const { config } = this.#state;
    const address = this.#address;
    let tunnel: ConnectorTunnel;
    try {
      const conn = await this.#host.net.dial(address, this.#stopped);
      tunnel = await openConnectorTunnel(conn, this.#host.clock, {
        connectorId: config.connectorId,
        bootNonce: this.#identity.bootNonce,
        generation: this.#identity.generation,
        maxStreams: config.maxConcurrent,
        window: config.window,
        liveness: { pingInterval: config.pingInterval, suspectAfter: undefined, deadAfter: config.deadAfter },
        helloTimeout: seconds(5),
        onStream: this.#onStream,
        onConfig: (json) => this.#configure(json),
      });
    } catch (error) {
      this.#host.log.event('warn', 'tunnel.dial-failed', { address, error: String(error) });
      return neverOpened;
    }
    if (this.#stopped.cancelled) {
      tunnel.close({ cause: 'local', detail: 'stopped' });
      return neverOpened;
    }
    this.#tunnel = tunnel;
    const opened = this.#host.clock.now();
    const lived = () => elapsed(opened, this.#host.clock.now());
    this.#host.log.event('info', 'tunnel.open', { address, instance: tunnel.instanceId });
    return new Promise((resolve) => {
      tunnel.onState((state) => {
        if (state !== 'closed') return;
        if (this.#tunnel === tunnel) this.#tunnel = undefined;
        const { cause, detail } = tunnel.closeReason ?? { cause: 'local', detail: '' };
        this.#host.log.event('info', 'tunnel.closed', { address, cause, detail });
        if (this.#leaving.delete(tunnel)) return;
        this.#ended(false);
        resolve({ lived: lived(), retryAfter: undefined });
      });
      tunnel.onGoAway((reason, retryAfterMs) => {
        this.#host.log.event('info', 'tunnel.goaway', { address, reason, retryAfterMs });
        this.#leave(tunnel);
        this.#tunnel = undefined;
        this.#ended(reason === supersededReason);
        resolve({ lived: lived(), retryAfter: ms(retryAfterMs) });
      });
    });
  }

  #ended(superseded: boolean): void {
    if (this.#supersession.ended(superseded, this.#host.clock.now())) this.#superseded();
  }

  /**
   * Closes a tunnel that takes no new work once its requests have ended, looking every second, and the service has their
   * answers. How long they may take the service knows, which drains, and ends it; a silent one ends by its liveness. Each
   * holds at least one of the connector's requests, whose number is capped, or ends within `leaveWithin`.
   */
  #leave(tunnel: ConnectorTunnel): void {
    this.#leaving.add(tunnel);
    this.#host.clock.timeout(seconds(1), () => {
      if (tunnel.state === 'closed') return;
      if (tunnel.inFlight > 0) this.#leave(tunnel);
      else this.#closeFlushed(tunnel);
    });
  }

  #closeFlushed(tunnel: ConnectorTunnel): void {
    const { clock } = this.#host;
    const close = (): void => tunnel.close({ cause: 'fin', detail: 'left after goaway' });
    const timer = clock.timeout(leaveWithin, close);
    void tunnel.flushed().then(() => {
      clock.clear(timer);
      close();
    });
  }

  /** What is wrong with a configuration; undefined: it is in force. */
  #configure(json: string): string | undefined {
    const applications = readConfiguration(json, this.#state.allowedUrls);
    if (typeof applications === 'string') {
      this.#host.log.event('error', 'config.unreadable', { bytes: json.length, problem: applications });
      return applications;
    }
    this.#state.applications = applications;
    this.#configured();
    return undefined;
  }

  goAway(reason: string): void {
    this.#stopped.cancel(reason);
    this.#tunnel?.goAway(reason, 0);
  }

  /** Resolves when the service has taken everything sent so far on its tunnels, or they are closed. */
  async flushed(): Promise<void> {
    const tunnels = this.#tunnel === undefined ? this.#leaving : [this.#tunnel, ...this.#leaving];
    await Promise.all(Array.from(tunnels, (tunnel) => tunnel.flushed()));
  }

  stop(): void {
    this.#stopped.cancel('stopped');
    this.#tunnel?.close({ cause: 'fin', detail: 'connector stopped' });
    for (const tunnel of this.#leaving) tunnel.close({ cause: 'fin', detail: 'connector stopped' });
  }
}
