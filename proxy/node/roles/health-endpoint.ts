import { textBody } from '../../host/body.ts';
import type { FrontHandler, ResponseMessage } from '../../host/message.ts';

/** A counter, or one for each connector group. */
type Metric = number | Readonly<Record<string, number>>;

/**
 * `/ready` (200 or 503, for load balancers and probes) and `/metrics` (Prometheus text, counters as `holdfast_…`, those of
 * groups with a label). `ready` and `metrics` are asked each time.
 */
export function healthHandler(ready: () => boolean, metrics: () => Readonly<Record<string, Metric>>): FrontHandler {
  return async (request) => {
    const path = request.target.split('?')[0];
    if (path === '/ready') return ready() ? plain(200, 'ready\n') : plain(503, 'not ready\n');
    if (path === '/metrics') return plain(200, prometheus(metrics()));
    return plain(404, 'not found\n');
  };
}

function prometheus(metrics: Readonly<Record<string, Metric>>): string {
  return Object.entries(metrics)
    .map(([name, metric]) => {
      const series = `holdfast_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
      if (typeof metric === 'number') return `${series} ${metric}\n`;
      return Object.entries(metric)
        .map(([group, value]) => `${series}{group="${escaped(group)}"} ${value}\n`)
        .join('');
    })
    .join('');
}

/** A label's value in the text format. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function plain(status: number, text: string): ResponseMessage {
  return { status, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: textBody(text) };
}
