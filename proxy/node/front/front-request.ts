import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What Node itself asks of a request's `headers`: host and expect of every one, te of HTTP/1.0. */
const asked = new Set(['host', 'expect', 'te']);

/**
 * A request whose fields are read from `rawHeaders`; `headers` has only what Node's server looks at. Node would build the
 * whole object for every request to see two fields of it: a thirtieth of the service's core time, measured.
 */
export class FrontRequest extends IncomingMessage {}

Object.defineProperty(FrontRequest.prototype, 'headers', {
  get(this: IncomingMessage): IncomingHttpHeaders {
    const { rawHeaders } = this;
    const headers: IncomingHttpHeaders = {};
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] as string;
      if (name.length > 6) continue;
      const key = name.toLowerCase();
      if (asked.has(key)) headers[key] ??= rawHeaders[i + 1];
    }
    return headers;
  },
});
