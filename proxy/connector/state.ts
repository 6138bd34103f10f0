import type { ConnectorConfig, ConnectorPorts } from './config.ts';
import type { CoreQueue } from './core-queue.ts';

/** An application as configuration told the connector. */
export interface ConnectorApplication {
  readonly id: string;
  readonly internalUrl: string;
  readonly singleSignOn: 'none' | 'kerberos';
  /** On this connector's own list of internal URLs. */
  readonly allowed: boolean;
}

/** What the parts of one running connector share. */
export interface ConnectorState {
  readonly config: ConnectorConfig;
  readonly ports: ConnectorPorts;
  readonly cores: CoreQueue | undefined;
  applications: ReadonlyMap<string, ConnectorApplication>;
  /** Resolves with the first configuration; undefined once it is there. A fresh tunnel may bring requests with it. */
  unconfigured: Promise<void> | undefined;
  inFlight: number;
  draining: boolean;
  /** Called after each release of a slot; the drain waits on it. */
  released: () => void;
}

/** Reads a configuration frame. Entries of the wrong shape are dropped; undefined when it is not JSON at all. */
export function readConfiguration(
  json: string,
  allowedInternalUrls: readonly string[],
): Map<string, ConnectorApplication> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  const list = (parsed as { applications?: unknown }).applications;
  if (!Array.isArray(list)) return undefined;
  const applications = new Map<string, ConnectorApplication>();
  for (const entry of list as Array<Record<string, unknown>>) {
    const { id, internalUrl, singleSignOn } = entry;
    if (typeof id !== 'string' || typeof internalUrl !== 'string') continue;
    const allowed = allowedInternalUrls.some((prefix) => internalUrl.startsWith(prefix));
    applications.set(id, {
      id,
      internalUrl,
      singleSignOn: singleSignOn === 'kerberos' ? 'kerberos' : 'none',
      allowed,
    });
  }
  return applications;
}
