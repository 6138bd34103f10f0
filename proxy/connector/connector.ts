import { HoldfastError } from '../host/errors.ts';
import type { Host } from '../host/host.ts';
import { after, elapsed, type Instant, type Micros } from '../host/units.ts';
import type { IncomingStream } from '../protocol/tunnel.ts';
import { AllowedUrls } from './allowed-urls.ts';
import type { ConnectorConfig, ConnectorPorts, RunningConnector } from './config.ts';
import { CoreQueue } from './core-queue.ts';
import { handleStream } from './handle-stream.ts';
import type { ConnectorState } from './state.ts';
import { TunnelKeeper } from './tunnel-keeper.ts';

/**
 * Starts a connector: it dials out to every instance, pulls its configuration and serves requests until stopped.
 * Returns at once; tunnels come up in the background (`openTunnels`) and are redialled for ever, or until `gaveUp`.
 */
export async function startConnector(
  host: Host,
  config: ConnectorConfig,
  ports: ConnectorPorts,
): Promise<RunningConnector> {
  const cores =
    config.capacity === undefined ? undefined : new CoreQueue(host.clock, host.random.fork('demand'), config.capacity);
  const state: ConnectorState = {
    config,
    ports,
    allowedUrls: new AllowedUrls(config.allowedInternalUrls),
    cores,
    applications: new Map(),
    unconfigured: undefined,
    inFlight: 0,
    draining: false,
    released: () => {},
  };
  const configured = firstConfiguration(state);
  const identity = { bootNonce: host.crypto.randomId(12), generation: nextGeneration(host) };
  const onStream = (stream: IncomingStream): void => {
    handleStream(host, state, stream);
  };
  let giveUp: (error: HoldfastError) => void = () => {};
  const gaveUp = new Promise<HoldfastError>((resolve) => {
    giveUp = resolve;
  });
  const superseded = (): void => {
    state.draining = true;
    // running requests may end; whoever runs the connector stops it then
    for (const keeper of keepers) keeper.goAway('superseded');
    host.log.event('error', 'connector.superseded', { connector: config.connectorId });
    giveUp(supersededError(config.connectorId));
  };
  const keepers: readonly TunnelKeeper[] = Array.from(
    // every instance needs a way to this connector, however few tunnels were asked for
    { length: Math.max(config.tunnels, config.instances.length) },
    (_, index) => new TunnelKeeper(host, state, index, identity, onStream, configured, superseded),
  );
  for (const keeper of keepers) void keeper.run();

  return new Running(host, state, keepers, gaveUp);
}

/** A class, not an object with getters: those would keep a virtual world alive (test/sim/virtual/short-life.test.ts). */
class Running implements RunningConnector {
  readonly gaveUp: Promise<HoldfastError>;
  readonly #host: Host;
  readonly #state: ConnectorState;
  readonly #keepers: readonly TunnelKeeper[];

  constructor(host: Host, state: ConnectorState, keepers: readonly TunnelKeeper[], gaveUp: Promise<HoldfastError>) {
    this.#host = host;
    this.#state = state;
    this.#keepers = keepers;
    this.gaveUp = gaveUp;
  }

  get inFlight(): number {
    return this.#state.inFlight;
  }

  get openTunnels(): number {
    return this.#keepers.filter((keeper) => keeper.open).length;
  }

  async drain(deadline: Micros): Promise<void> {
    const end = after(this.#host.clock.now(), deadline);
    this.#state.draining = true;
    for (const keeper of this.#keepers) keeper.goAway('draining');
    await idle(this.#host, this.#state, deadline);
    await flushed(this.#host, this.#keepers, end);
    for (const keeper of this.#keepers) keeper.stop();
  }

  async stop(): Promise<void> {
    for (const keeper of this.#keepers) keeper.stop();
  }

  slow(factor: number): void {
    this.#state.cores?.slow(factor);
  }
}

function supersededError(connectorId: string): HoldfastError {
  return new HoldfastError(
    'ERR_CONNECTOR_SUPERSEDED',
    `another process runs as ${connectorId} and takes its tunnels away`,
    {
      facts: { connector: connectorId },
      hint: 'Stop one of the two, or give each an id and a certificate of its own. With a storeFile the process started last wins.',
    },
  );
}

/** Marks the connector as unconfigured and returns what to call once it is not. */
function firstConfiguration(state: ConnectorState): () => void {
  let resolve = (): void => {};
  state.unconfigured = new Promise((done) => {
    resolve = done;
  });
  return () => {
    state.unconfigured = undefined;
    resolve();
  };
}

/** Counts starts in the durable store, so that the newest incarnation of a connector wins at the service. */
function nextGeneration(host: Host): number {
  const generation = Number(host.store.get('generation') ?? '0') + 1;
  host.store.set('generation', String(generation));
  return generation;
}

async function idle(host: Host, state: ConnectorState, deadline: Micros): Promise<void> {
  if (state.inFlight === 0) return;
  await new Promise<void>((resolve) => {
    const timer = host.clock.timeout(deadline, resolve);
    state.released = () => {
      if (state.inFlight > 0) return;
      host.clock.clear(timer);
      resolve();
    };
  });
}

/** What was answered is at the service: on a slow line that is long after the last byte went into a tunnel. At most until `end`. */
async function flushed(host: Host, keepers: readonly TunnelKeeper[], end: Instant): Promise<void> {
  const left = elapsed(host.clock.now(), end);
  if (left <= 0) return;
  await new Promise<void>((resolve) => {
    const timer = host.clock.timeout(left, resolve);
    void Promise.all(keepers.map((keeper) => keeper.flushed())).then(() => {
      host.clock.clear(timer);
      resolve();
    });
  });
}
