import { textBody } from '../host/body.ts';
import type { RequestMessage, ResponseMessage } from '../host/message.ts';

const path = '/robots.txt';

/** True when a search engine asks whether it is welcome. At the root of the host, whatever is published below it. */
export function asksForRobots({ method, target }: RequestMessage): boolean {
  return target.startsWith(path) && (target.length === path.length || target[path.length] === '?') && reads(method);
}

function reads(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Nobody is (documented: the same for every published application). */
export function robotsAnswer(): ResponseMessage {
  return {
    status: 200,
    headers: [['content-type', 'text/plain; charset=utf-8']],
    body: textBody('User-agent: *\nDisallow: /\n'),
  };
}
