import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What Node itself asks of a request's `headers`: host and expect of every one, te of HTTP/1.0. */
interface Asked extends IncomingHttpHeaders {
  host: string | undefined;
  expect: string | undefined;
  te: string | undefined;
}

/**
 * A request whose fields are read from `rawHeaders`; `headers` has only what Node's server looks at. Node would build the
 * whole object for every request to see two fields of it: a thirtieth of the service's core time, measured.
 */
export class FrontRequest extends IncomingMessage {}

Object.defineProperty(FrontRequest.prototype, 'headers', {
  get(this: IncomingMessage): IncomingHttpHeaders {
    const { rawHeaders } = this;
    const headers: Asked = { host: undefined, expect: undefined, te: undefined };
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] as string;
      // Lengths first: few names are left to be put in lower case.
      if (name.length === 4) {
        if (name.toLowerCase() === 'host') headers.host ??= rawHeaders[i + 1];
      } else if (name.length === 6) {
        if (startsWithE(name) && name.toLowerCase() === 'expect') headers.expect ??= rawHeaders[i + 1];
      } else if (name.length === 2 && name.toLowerCase() === 'te') headers.te ??= rawHeaders[i + 1];
    }
    return headers;
  },
});

function startsWithE(name: string): boolean {
  return (name.charCodeAt(0) | 0x20) === 0x65;
}
