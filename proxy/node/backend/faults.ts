import type { Random } from '../../host/random.ts';
import type { ControlMessage } from '../roles/run-role.ts';

/** How the sample application fails at the moment. `hang` takes requests and never answers. */
export type FaultMode =
  | { readonly kind: 'up' }
  | { readonly kind: 'down' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly addedMs: number }
  | { readonly kind: 'errors'; readonly rate: number; readonly status: number };

/** Reads `{"mode":"up"|"down"|"hang"}`, `{"mode":"slow","addedMs":n}`, `{"mode":"errors","rate":0..1,"status":n}`; throws what is wrong. */
export function faultModeOf(message: ControlMessage): FaultMode {
  const { mode, addedMs, rate = 1, status = 500 } = message;
  if (mode === 'up' || mode === 'down' || mode === 'hang') return { kind: mode };
  if (mode === 'slow') {
    if (typeof addedMs !== 'number' || !(addedMs >= 0 && addedMs <= 3_600_000))
      throw new Error('addedMs: 0 to 3600000');
    return { kind: 'slow', addedMs };
  }
  if (mode === 'errors') {
    if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) throw new Error('rate: 0 to 1');
    if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599) {
      throw new Error('status: 400 to 599');
    }
    return { kind: 'errors', rate, status };
  }
  throw new Error('mode: up, down, hang, slow or errors');
}

/** What one request meets: its own seeded draws, so that a run can be repeated. */
export interface Fate {
  readonly delayMs: number;
  /** Undefined: answer as usual. */
  readonly status: number | undefined;
  readonly answers: boolean;
}

export interface Latency {
  readonly latencyMs: number;
  readonly latencyDistribution: 'constant' | 'exponential';
}

export function fateOf(mode: FaultMode, latency: Latency, random: Random): Fate {
  const base =
    latency.latencyDistribution === 'constant' || latency.latencyMs === 0
      ? latency.latencyMs
      : random.exponential(latency.latencyMs);
  return {
    delayMs: mode.kind === 'slow' ? base + mode.addedMs : base,
    status: mode.kind === 'errors' && random.next() < mode.rate ? mode.status : undefined,
    answers: mode.kind !== 'hang',
  };
}
