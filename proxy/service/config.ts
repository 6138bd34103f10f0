import type { FrontHandler, FrontServer } from '../host/message.ts';
import type { Micros } from '../host/units.ts';
import type { Behaviour } from '../policy/behaviour.ts';
import type { IdentityOptions } from '../policy/identity-options.ts';
import type { WebSocketOrigins } from '../policy/web-socket-origin.ts';

/** Everything one service instance needs to know. Complete: the edge (role config, plan) fills every default. */
export interface ServiceConfig {
  /** `service/1` */
  readonly instanceId: string;
  /** Where connectors dial in; an address of the host's transport. */
  readonly tunnelAddress: string;
  readonly applications: readonly PublishedApplication[];
  /** The registry: which connector belongs to which group. A connector's own claim is never believed. */
  readonly connectors: ReadonlyArray<{ readonly id: string; readonly group: string }>;
  readonly behaviour: Behaviour;
  /**
   * What this instance lets through a second: its share of the documented 500 per application and 750 per tenant, which hold
   * for all instances together. Undefined: no throttle.
   */
  readonly throttle: { readonly perApplication: number; readonly tenant: number } | undefined;
  /** How long a starting instance waits for connectors before users may come all the same; see `openingPatience`. */
  readonly openingPatience: Micros;
  /** Credit per stream this end grants, bytes. */
  readonly window: number;
  readonly identity: IdentitySettings;
  /**
   * One `request.done` log line per request, with the proxy's cause where it answered for itself. A user who left before the
   * answer has status 499 and cause `client-left`.
   */
  readonly accessLog: boolean;
}

export interface IdentitySettings {
  /** Timeouts, caches and patience towards the token service; what is missing has the default of `identityDefaults`. */
  readonly client: Partial<IdentityOptions>;
  /** SameSite of the session cookie; documented None. */
  readonly sameSite: 'None' | 'Lax';
}

export interface PublishedApplication {
  readonly id: string;
  /** Host users type, without port; `*.` leftmost label allowed. */
  readonly externalHost: string;
  /**
   * Published path prefix, begins and ends with `/`. Below it `.holdfast/callback` ends a sign-in (the address to register at
   * the token service) and `.holdfast/sign-out` signs the user out: by a link of the application's own pages, by hand, or by
   * a POST of the same origin; whoever comes from elsewhere is asked first. A sign-out counts at the instance that took it,
   * also after a restart where its store outlives it; the others go on accepting a stolen copy of the cookie to its end.
   */
  readonly externalPath: string;
  /** Base URL of the backend, ends with `/`. */
  readonly internalUrl: string;
  /**
   * Host the backend is sent: that of the internal URL (absent; documented), or the one the user typed, for applications that
   * compare it with the Origin of a page or write addresses of their own with it. X-Forwarded-Host is what the user typed.
   */
  readonly hostHeader?: 'internal' | 'external' | undefined;
  readonly group: string;
  readonly preAuthentication: 'token-service' | 'pass-through';
  readonly singleSignOn: 'none' | 'kerberos';
  /** Header-based single sign-on: the application is told the user under this name; undefined: not at all. */
  readonly userHeader?: string | undefined;
  /**
   * For the head of the answer (documented: 85 s, "long" 180 s), counted from the end of the request or, while that is being
   * uploaded, from the last piece the backend took; and for each silence inside the answer's body.
   */
  readonly backendTimeout: Micros;
  /**
   * Origins, in lower case, of other pages that may open a WebSocket with the user's session; `any`: every page of the world.
   * Absent: only the application's own pages, and clients that are no browsers. Without pre-authentication nobody is refused.
   */
  readonly webSocketOrigins?: WebSocketOrigins | undefined;
}

export interface ServiceMetrics {
  requests: number;
  /** By the application, as far as the head of its answer. */
  answered: number;
  /** Of those: broke off later, with an `answer.cut` line in the log. */
  cut: number;
  retried: number;
  refused: number;
  /** Neither answered nor refused: the user was gone before. */
  clientLeft: number;
  signIns: number;
  readonly tunnels: number;
  readonly inFlight: number;
  /** Connectors that can be reached now, for each group. */
  readonly groupConnectors: Readonly<Record<string, number>>;
}

/** A running instance. */
export interface RunningService extends FrontServer {
  /** Answers a user, as `serve` does. Rejects only where something of ours is broken. */
  readonly front: FrontHandler;
  /** Address connectors can dial, port resolved. */
  readonly tunnelAddress: string;
  /** GOAWAY to the connectors in slices, let running requests end (at most `deadline`), then stop. */
  drain(deadline: Micros): Promise<void>;
  stop(): Promise<void>;
  metrics(): ServiceMetrics;
  /** True from `opened` on, while it is not draining and reaches a connector of any group: what a load balancer asks. */
  ready(): boolean;
  /** Resolves when users may come: once it was ready, at the latest after the `openingPatience` it was given. Until then its front stays shut. */
  readonly opened: Promise<void>;
}
