import type { RunningConnector } from '../../../proxy/connector/config.ts';
import { startConnector } from '../../../proxy/connector/connector.ts';
import { HoldfastError } from '../../../proxy/host/errors.ts';
import type { RequestHead } from '../../../proxy/host/frame.ts';
import type { Host } from '../../../proxy/host/host.ts';
import type { Origin } from '../../../proxy/host/message.ts';
import { minutes, seconds } from '../../../proxy/host/units.ts';
import { acceptServiceTunnel } from '../../../proxy/protocol/handshake.ts';
import type { ServiceTunnel, TunnelAnswer } from '../../../proxy/protocol/tunnel.ts';
import { ManualClock } from '../manual-clock.ts';
import { manualHost } from '../manual-host.ts';
import { scriptedOrigin } from '../origins.ts';
import { ask } from '../protocol/ask.ts';
import { type ObjectConn, objectPair } from '../protocol/object-pair.ts';
import { head, never } from '../protocol/tunnel-ends.ts';

/** A service played by the test for one real connector with one tunnel: it takes what dials in, says what it is told to. */
export class PlayedService {
  readonly clock = new ManualClock();
  /** Nobody listens while false. */
  up = true;
  /** Milliseconds of each dial. */
  readonly dials: number[] = [];
  /** Every tunnel so far, oldest first. */
  readonly tunnels: ServiceTunnel[] = [];
  /** The connector's end of each line so far, oldest first. */
  readonly lines: ObjectConn[] = [];
  /** What the connector logged. */
  readonly events: Array<{ readonly name: string; readonly facts: Readonly<Record<string, unknown>> }> = [];
  /** What each new tunnel is sent. */
  configuration = JSON.stringify({ applications: [] });
  /** What is done with a tunnel that has just opened. */
  onTunnel: (tunnel: ServiceTunnel) => void = () => {};
  connector!: RunningConnector;

  async start(allowedInternalUrls: readonly string[] = [], origin: Origin = silentOrigin): Promise<RunningConnector> {
    this.connector = await startConnector(
      this.#host(),
      {
        connectorId: 'connector/1',
        instances: ['service/1'],
        tunnels: 1,
        maxConcurrent: 200,
        capacity: undefined,
        allowedInternalUrls,
        window: 65_536,
        pingInterval: minutes(1),
        deadAfter: minutes(5),
        reconnect: { base: seconds(1), cap: seconds(30) },
      },
      { origin, tickets: undefined },
    );
    await this.clock.pass(seconds(1));
    return this.connector;
  }

  get tunnel(): ServiceTunnel {
    const tunnel = this.tunnels.at(-1);
    if (tunnel === undefined) throw new Error('no tunnel came');
    return tunnel;
  }

  /** A request for the application `app`. */
  async request(fields: Partial<RequestHead>): Promise<TunnelAnswer> {
    const answer = ask(this.tunnel, { ...head, ...fields }, undefined, never());
    await this.clock.pass(seconds(1));
    return answer;
  }

  #host(): Host {
    const { clock, events } = this;
    return {
      ...manualHost(undefined as never),
      clock,
      net: {
        listen: () => Promise.reject(new Error('a connector does not listen')),
        dial: async () => {
          this.dials.push(clock.now() / 1_000);
          if (!this.up) throw new HoldfastError('ERR_DIAL', 'refused');
          const [near, far] = objectPair(clock);
          this.lines.push(near);
          const liveness = { pingInterval: minutes(1), suspectAfter: undefined, deadAfter: undefined };
          const options = { instanceId: 'service/1', liveness, window: 65_536, helloTimeout: seconds(5) };
          void acceptServiceTunnel(far, clock, options).then((tunnel) => {
            this.tunnels.push(tunnel);
            tunnel.sendConfig(this.configuration);
            this.onTunnel(tunnel);
          });
          return near;
        },
      },
      log: { debugEnabled: false, event: (_level, name, facts) => void events.push({ name, facts: facts ?? {} }) },
    };
  }
}

const silentOrigin = scriptedOrigin(() => Promise.reject(new Error('nobody asks')));
