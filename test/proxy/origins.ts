import { type Cancel, CancelSource } from '../../proxy/host/cancel.ts';
import type { Origin, OriginResult, RequestMessage } from '../../proxy/host/message.ts';

/** Asks an origin and waits for the result. */
export function exchange(
  origin: Origin,
  internalUrl: string,
  request: RequestMessage,
  cancel: Cancel,
): Promise<OriginResult> {
  return new Promise((resolve) => origin.exchange(internalUrl, request, cancel, { take: resolve }));
}

/** An origin that answers as `script` says. */
export function scriptedOrigin(
  script: (internalUrl: string, request: RequestMessage, cancel: Cancel) => Promise<OriginResult>,
): Origin {
  return {
    exchange: (internalUrl, request, cancel, taker) => {
      const token = new CancelSource();
      cancel.tell(token);
      void script(internalUrl, request, token).then((result) => taker.take(result));
      return token;
    },
  };
}
