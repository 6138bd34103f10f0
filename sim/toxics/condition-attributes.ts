import { AttributeProblem, type AttributeSpec, flag, int, optional, text, type ValuesOf } from './attribute.ts';
import { jsonKind, numberOf } from './decimal.ts';
import { readMatch } from './match/match-rule.ts';

/** A seed may be a number or a text; both are used as text. */
const seed: AttributeSpec<string | number | undefined> = {
  goType: 'string',
  fallback: undefined,
  unit: '',
  doc: 'Draws of this toxic come from this seed instead of the server’s.',
  bounds: 'text or number',
  read(value) {
    if (typeof value === 'string') return value;
    const number = numberOf(value);
    if (number !== undefined && Number.isFinite(number)) return number;
    throw new AttributeProblem('type', jsonKind(value));
  },
};

const match: AttributeSpec<Readonly<Record<string, string>> | undefined> = {
  goType: 'object',
  fallback: undefined,
  unit: '',
  doc: 'Act only on connections that fit: `peer` (address or CIDR of the client), `first_bytes` (text, or `hex:…`, the client’s bytes start with), `sni` (TLS server name, `*.` allowed), `http_path` (start of the first request’s path). All that are given must fit.',
  bounds: 'object',
  read: (value) => readMatch(value).given,
};

/** Attributes every toxic type takes beside its own; none of them appears in answers unless it was given. */
export const CONDITION_ATTRIBUTES = {
  seed,
  start_after_ms: optional(int({ unit: 'ms', min: 0, doc: 'The toxic sleeps for this long after it was added.' })),
  duration_ms: optional(
    int({ unit: 'ms', min: 0, doc: 'The toxic removes itself this long after it woke up; 0 means never.' }),
  ),
  after_bytes: optional(
    int({ unit: 'bytes', min: 0, doc: 'On each connection, the toxic lets this many bytes pass before it acts.' }),
  ),
  after_connections: optional(
    int({
      unit: 'connections',
      min: 0,
      doc: 'The first connections accepted after it was added, and older ones, are spared.',
    }),
  ),
  match,
  sticky: optional(flag({ doc: 'Draw toxicity once per connection and keep the draw when toxics change.' })),
  lease: optional(text({ doc: 'The toxic vanishes when this lease ends (see POST /holdfast/leases).' })),
};

/** The common attributes of a toxic's complete attribute values. */
export type ConditionValues = Partial<ValuesOf<typeof CONDITION_ATTRIBUTES>>;
