import type { RequestMessage } from '../../host/message.ts';
import { hopFields } from '../hop-fields.ts';

/** Fields of the hop before this one; the client library writes its own. */
const dropped = new Set([...hopFields, 'expect', 'host']);

export interface RequestFields {
  /** name, value, name, value, … with Host first. */
  readonly flat: string[];
  /** `websocket` on a handshake. */
  readonly upgrade: string | undefined;
}

/** The fields to send to a backend. */
export function requestFields(request: RequestMessage): RequestFields {
  const flat = ['host', request.host];
  let upgrade: string | undefined;
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    if (!dropped.has(key)) {
      // Without a body no length may be announced: the library would wait for bytes that never come.
      if (key !== 'content-length' || request.body !== undefined) flat.push(name, value);
    } else if (key === 'upgrade' && value.toLowerCase() === 'websocket') upgrade = 'websocket';
  }
  return { flat, upgrade };
}
