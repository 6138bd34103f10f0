import type { Direction } from '../toxic.ts';

/** A toxic to add, as the control API and `populate` take it. */
export interface NewToxic {
  readonly type: string;
  /** Default `type_stream`. */
  readonly name?: string;
  /** Default `downstream`. */
  readonly stream?: Direction;
  /** Share of connections it acts on, 0 to 1; default 1. */
  readonly toxicity?: number;
  /** The type's own and the common ones, as docs/toxics.md lists them. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A proxy to create, as the control API and `populate` take it. */
export interface NewProxy {
  readonly name: string;
  /** `host:port`, port 0 for a free one; default a free one on all interfaces. */
  readonly listen?: string;
  /** `host:port` of the server behind. */
  readonly upstream: string;
  /** Default true. */
  readonly enabled?: boolean;
  /** In place before the port opens. */
  readonly toxics?: readonly NewToxic[];
  /** The proxy vanishes when this lease ends. */
  readonly lease?: string;
}

/** A toxic as the control API shows it. */
export interface ShownToxic {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
}

/** A proxy as the control API shows it. */
export interface ShownProxy {
  readonly name: string;
  /** Where it really listens. */
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ShownToxic[];
}
