import type { RequestMessage } from '../../host/message.ts';
import { NameKinds } from '../../host/name-kinds.ts';
import { canonicalName } from '../../policy/header-names.ts';
import { urlClaims } from '../../policy/url-claims.ts';
import { hopFields } from '../hop-fields.ts';

/** Fields of the hop before this one; the client library writes its own. */
const dropped = new Set([...hopFields, 'expect', 'host']);
/** A service that was taken over must not reach beyond the connector's list by naming another URL in a field. */
const claims = new Set(urlClaims);

const kinds = new NameKinds<'plain' | 'length' | 'upgrade' | 'dropped'>((name) => {
  const key = name.toLowerCase();
  if (key === 'upgrade') return 'upgrade';
  if (dropped.has(key) || claims.has(canonicalName(name))) return 'dropped';
  return key === 'content-length' ? 'length' : 'plain';
});

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
    const kind = kinds.of(name);
    // Without a body no length may be announced: the library would wait for bytes that never come.
    if (kind === 'plain' || (kind === 'length' && request.body !== undefined)) flat.push(name, value);
    else if (kind === 'upgrade' && value.toLowerCase() === 'websocket') upgrade = 'websocket';
  }
  return { flat, upgrade };
}
