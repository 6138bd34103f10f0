import type { Instant } from '../../../proxy/host/units.ts';
import type { Effect, StagePort } from '../toxic-type.ts';
import { findHead, type HttpHead } from './http-head.ts';

/** A message whose head is complete: `bytes` begin with the head and may go on with its body. */
export interface HttpMessage {
  readonly head: HttpHead;
  readonly bytes: Buffer;
  readonly at: Instant;
}

/**
 * An effect for toxics on HTTP/1: gathers a message head that arrives in parts and hands over complete ones; everything
 * else goes to `other`. `held` bytes are given back when the toxic is changed or removed.
 */
export function onHttpHeads(
  port: StagePort<unknown, unknown>,
  act: (message: HttpMessage) => void,
  other: (bytes: Buffer, at: Instant) => void,
): Effect {
  let gathered: Buffer = Buffer.alloc(0);
  const flush = (at: Instant): void => {
    const bytes = gathered;
    gathered = Buffer.alloc(0);
    if (bytes.length > 0) port.emit(bytes, at);
  };
  return {
    chunk({ bytes, at }) {
      const joined =
        gathered.length === 0
          ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
          : Buffer.concat([gathered, bytes]);
      const head = findHead(joined);
      gathered = head === 'more' ? joined : Buffer.alloc(0);
      if (head === 'more') return;
      if (head === undefined) other(joined, at);
      else act({ head, bytes: joined, at });
    },
    end(ending) {
      flush(port.now());
      port.finish(ending);
    },
    interrupted: () => flush(port.now()),
  };
}
