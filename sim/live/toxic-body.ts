import type { ICreateToxicBody } from 'toxiproxy-node-client';
import { toMs } from '../../proxy/host/units.ts';
import type { LinkToxic } from '../faults/world.ts';

export type AnyToxicBody = ICreateToxicBody<Record<string, number>>;

/** Longer than any live run, and less than a timer can count (2^31 ms). */
const heldForMs = 7 * 24 * 3_600_000;

/** Our toxics in Toxiproxy's words and units (milliseconds, kilobytes of 1000 bytes a second). */
export function toxicBody(toxic: LinkToxic, stream: 'upstream' | 'downstream', name: string): AnyToxicBody {
  const common = { name, stream, toxicity: 1 } as const;
  switch (toxic.kind) {
    case 'latency': {
      // whole milliseconds drawn from [-jitter, jitter): half of one too little on average, so what is left over counts up
      const jitter = Math.round(toMs(toxic.jitter));
      const latency = jitter === 0 ? Math.round(toMs(toxic.latency)) : Math.ceil(toMs(toxic.latency));
      return { ...common, type: 'latency', attributes: { latency, jitter } } as AnyToxicBody;
    }
    case 'bandwidth':
      return {
        ...common,
        type: 'bandwidth',
        attributes: { rate: Math.max(1, Math.round(toxic.bytesPerSecond / 1000)) },
      } as AnyToxicBody;
    case 'partition':
      // Silence, as after a cut cable: TCP goes on sending, so what was sent arrives in order once the cable is whole. A
      // latency that outlasts the run holds bytes and their end and hands them on when it is removed, on every Toxiproxy.
      // `timeout` would drop them and close the connection on removal: a silence shorter than detection would cost
      // connections that a real one leaves alone. `freeze` stops reading, so nothing would show that bytes met it.
      return { ...common, type: 'latency', attributes: { latency: heldForMs, jitter: 0 } } as AnyToxicBody;
    case 'reset':
      return { ...common, type: 'reset_peer', attributes: { timeout: 0 } } as AnyToxicBody;
  }
}
