import type { AllowedUrls } from './allowed-urls.ts';
import type { ConnectorConfig, ConnectorPorts } from './config.ts';
import type { ConnectorApplication } from './configuration.ts';
import type { CoreQueue } from './core-queue.ts';

/** What the parts of one running connector share. */
export interface ConnectorState {
  readonly config: ConnectorConfig;
  readonly ports: ConnectorPorts;
  readonly allowedUrls: AllowedUrls;
  readonly cores: CoreQueue | undefined;
  applications: ReadonlyMap<string, ConnectorApplication>;
  /** Resolves with the first configuration; undefined once it is there. A fresh tunnel may bring requests with it. */
  unconfigured: Promise<void> | undefined;
  inFlight: number;
  draining: boolean;
  /** Called after each release of a slot; the drain waits on it. */
  released: () => void;
}
