import type { Instant } from '../../../proxy/host/units.ts';
import type { Effect, StagePort } from '../toxic-type.ts';
import { findHead, type HttpHead } from './http-head.ts';

/** A message whose head is complete: `bytes` begin with the head and may go on with its body. */
export interface HttpMessage {
  readonly head: HttpHead;
  readonly bytes: Buffer;
  readonly at: Instant;
}

const NOTHING = Buffer.alloc(0);

/**
 * An effect for toxics on HTTP/1: gathers a message head that arrives in parts and hands over complete ones. Everything
 * else goes to `other`, or passes. Both may give back what stands behind the bytes they dealt with, where a head may begin
 * again. What is gathered is handed on when the toxic is changed or removed.
 */
export function onHttpHeads(
  port: StagePort<unknown, unknown>,
  act: (message: HttpMessage) => Buffer | undefined,
  other?: (bytes: Buffer, at: Instant) => Buffer | undefined,
): Effect {
  let gathered: Buffer = NOTHING;
  const flush = (at: Instant): void => {
    const bytes = gathered;
    gathered = NOTHING;
    if (bytes.length > 0) port.emit(bytes, at);
  };
  return {
    chunk({ bytes, at }) {
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let left = gathered.length === 0 ? view : Buffer.concat([gathered, view]);
      gathered = NOTHING;
      while (left.length > 0) {
        const head = findHead(left);
        if (head === 'more') {
          gathered = left;
          return;
        }
        const bytes = left;
        left = NOTHING;
        if (head !== undefined) left = act({ head, bytes, at }) ?? NOTHING;
        else if (other === undefined) port.emit(bytes, at);
        else left = other(bytes, at) ?? NOTHING;
      }
    },
    end(ending) {
      flush(port.now());
      port.finish(ending);
    },
    interrupted: () => flush(port.now()),
  };
}
