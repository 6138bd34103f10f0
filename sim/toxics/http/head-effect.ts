import type { Instant } from '../../../proxy/host/units.ts';
import type { Effect, StagePort } from '../toxic-type.ts';
import { GatheredBytes } from './gathered-bytes.ts';
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
  const gathered = new GatheredBytes();
  const flush = (at: Instant): void => {
    const bytes = gathered.take();
    if (bytes.length > 0) port.emit(bytes, at);
  };
  return {
    chunk({ bytes, at }) {
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let seen = gathered.size;
      let left = seen === 0 ? view : gathered.add(view);
      while (left.length > 0) {
        const head = findHead(left, seen);
        seen = 0;
        if (head === 'more') {
          if (gathered.size === 0) gathered.add(left);
          return;
        }
        const bytes = gathered.size > 0 ? gathered.take() : left;
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
