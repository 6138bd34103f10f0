import { textBody } from '../../host/body.ts';
import type { FrontHandler, ResponseMessage } from '../../host/message.ts';

/**
 * `/ready` (200 or 503, for load balancers and probes) and `/metrics` (Prometheus text, counters as `holdfast_…`).
 * `ready` and `metrics` are asked each time.
 */
export function healthHandler(ready: () => boolean, metrics: () => Readonly<Record<string, number>>): FrontHandler {
  return async (request) => {
    const path = request.target.split('?')[0];
    if (path === '/ready') return ready() ? plain(200, 'ready\n') : plain(503, 'not ready\n');
    if (path === '/metrics') return plain(200, prometheus(metrics()));
    return plain(404, 'not found\n');
  };
}

function prometheus(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `holdfast_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} ${value}\n`)
    .join('');
}

function plain(status: number, text: string): ResponseMessage {
  return { status, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: textBody(text) };
}
