import type { Cancel } from '../../../proxy/host/cancel.ts';
import type { RequestHead } from '../../../proxy/host/frame.ts';
import type { BodySource } from '../../../proxy/host/message.ts';
import type { ServiceTunnel, TunnelAnswer } from '../../../proxy/protocol/tunnel.ts';

/** Sends a request into a tunnel and waits for its answer. */
export function ask(
  tunnel: Pick<ServiceTunnel, 'request'>,
  head: RequestHead,
  body: BodySource | undefined,
  cancel: Cancel,
): Promise<TunnelAnswer> {
  return new Promise((resolve) => tunnel.request(head, body, cancel, { take: resolve }));
}
