import type { Toxicity } from './control/toxicity.ts';
import type { ToxicType } from './toxic-type.ts';

/** Which way bytes flow: `upstream` is client to server. */
export type Direction = 'upstream' | 'downstream';

/** What a client may set on a toxic of any type, beside the type's own attributes. */
export interface ToxicSettings {
  readonly toxicity: Toxicity;
  /** The type's own attributes, complete. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One toxic on one proxy, as the control API knows it. */
export class Toxic {
  readonly name: string;
  readonly definition: ToxicType;
  /** The stream as the client typed it; answers echo it. */
  readonly stream: string;
  readonly direction: Direction;
  /** Names this toxic's random streams: differs when a name is used again. */
  readonly streamName: string;
  readonly shared: unknown;
  settings: ToxicSettings;

  constructor(parts: {
    name: string;
    definition: ToxicType;
    stream: string;
    direction: Direction;
    generation: number;
    settings: ToxicSettings;
  }) {
    this.name = parts.name;
    this.definition = parts.definition;
    this.stream = parts.stream;
    this.direction = parts.direction;
    this.streamName = parts.generation === 1 ? parts.name : `${parts.name}#${parts.generation}`;
    this.settings = parts.settings;
    this.shared = parts.definition.shared?.();
  }
}
