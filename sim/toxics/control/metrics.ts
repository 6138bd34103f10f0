import type { ProxyTable } from '../proxy-table.ts';
import type { Direction } from '../toxic.ts';
import type { Answer } from './answer.ts';

/** What /metrics shows; with both off the path does not exist. */
export interface MetricsChoice {
  readonly proxy: boolean;
  readonly runtime: boolean;
}

function label(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

function family(name: string, help: string, type: string, samples: readonly string[]): string {
  return samples.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.join('\n')}\n`;
}

/** Byte counters of all proxies, as they are at this instant: connections that are still open count too. */
function proxyMetrics(table: ProxyTable): string {
  const lines = (name: string, count: 'received' | 'sent'): string[] =>
    table.all().flatMap((proxy) =>
      (['downstream', 'upstream'] as Direction[]).map((direction) => {
        const { listen, upstream } = proxy.settings;
        const labels = `direction="${direction}",listener="${label(listen)}",proxy="${label(proxy.name)}",upstream="${label(upstream)}"`;
        return `${name}{${labels}} ${proxy.traffic[direction][count]}`;
      }),
    );
  const received = 'toxiproxy_proxy_received_bytes_total';
  const sent = 'toxiproxy_proxy_sent_bytes_total';
  return (
    family(
      'toxiproxy_proxy_connections',
      'Connections open now.',
      'gauge',
      table.all().map((proxy) => `toxiproxy_proxy_connections{proxy="${label(proxy.name)}"} ${proxy.open}`),
    ) +
    family(received, 'Bytes received by a proxy, per direction.', 'counter', lines(received, 'received')) +
    family(sent, 'Bytes sent on by a proxy, per direction.', 'counter', lines(sent, 'sent'))
  );
}

function runtimeMetrics(): string {
  const cpu = process.cpuUsage();
  const memory = process.memoryUsage();
  const gauge = (name: string, help: string, value: number): string =>
    family(name, help, 'gauge', [`${name} ${value}`]);
  return (
    family('process_cpu_seconds_total', 'User and system CPU time.', 'counter', [
      `process_cpu_seconds_total ${(cpu.user + cpu.system) / 1e6}`,
    ]) +
    gauge('process_resident_memory_bytes', 'Resident memory.', memory.rss) +
    gauge('process_uptime_seconds', 'Time since the start.', process.uptime()) +
    gauge('nodejs_heap_size_used_bytes', 'Used heap.', memory.heapUsed) +
    gauge('nodejs_external_memory_bytes', 'Buffers outside the heap.', memory.external)
  );
}

/** The Prometheus text page. */
export function metricsAnswer(table: ProxyTable, choice: MetricsChoice): Answer {
  const body = (choice.proxy ? proxyMetrics(table) : '') + (choice.runtime ? runtimeMetrics() : '');
  return { status: 200, headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }, body };
}
