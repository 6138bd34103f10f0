import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from '../../free-port.ts';

import { answering, realServer, request } from '../../sim/toxics/target.ts';
import { cpuTimeMs } from '../cpu-time.ts';
import { Child } from './child.ts';

export type Subject = 'direct' | 'embedded' | 'real';

/** A proxy server under measurement. */
export interface Server {
  readonly url: string;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }>;
}

/** All processes of one benchmark run. */
export class Setup {
  readonly upstream = new Child('upstream-main.js');
  readonly load = new Child('load-main.js');
  readonly proxy = new Child('proxy-main.js');
  readonly servers: Partial<Record<Subject, Server>> = {};
  #real: ChildProcess | undefined;

  /** Starts the servers; the real one where it can be found. */
  async start(): Promise<void> {
    this.servers.embedded = server(await this.proxy.call<string>('url'));
    const where = realServer();
    if (where !== undefined && 'program' in where) {
      const port = await freePort();
      const args = ['-host', '127.0.0.1', '-port', String(port)];
      this.#real = spawn(where.program, args, { stdio: 'ignore', env: { ...process.env, LOG_LEVEL: 'error' } });
      this.servers.real = server((await answering({ url: `http://127.0.0.1:${port}` })).url);
    }
  }

  /** What to compare with: the real server where there is one, the bare loopback otherwise. */
  get base(): 'real' | 'direct' {
    return this.servers.real === undefined ? 'direct' : 'real';
  }

  get subjects(): Subject[] {
    return this.servers.real === undefined ? ['direct', 'embedded'] : ['direct', 'embedded', 'real'];
  }

  /** A proxy in front of `port` on every server; the port to connect to by subject. */
  async ports(name: string, port: number, toxics: object[] = []): Promise<Record<Subject, number>> {
    const ports: Record<Subject, number> = { direct: port, embedded: 0, real: 0 };
    for (const subject of ['embedded', 'real'] as const) {
      const behind = this.servers[subject];
      if (behind === undefined) continue;
      const { json } = await behind.call('POST', '/proxies', {
        name,
        listen: '127.0.0.1:0',
        upstream: `127.0.0.1:${port}`,
      });
      ports[subject] = Number((json as { listen: string }).listen.split(':')[1]);
      for (const toxic of toxics) await behind.call('POST', `/proxies/${name}/toxics`, toxic);
    }
    return ports;
  }

  /** Processor time of a subject's proxy process so far, ms; NaN for direct. */
  cpuMs(subject: Subject): number {
    if (subject === 'direct') return Number.NaN;
    return cpuTimeMs(subject === 'embedded' ? this.proxy.pid : (this.#real?.pid ?? 0));
  }

  stop(): void {
    for (const child of [this.upstream, this.load, this.proxy]) child.stop();
    this.#real?.kill('SIGKILL');
  }
}

function server(url: string): Server {
  return {
    url,
    async call(method, path, body) {
      const reply = await request(url, method, path, body);
      if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
      return reply;
    },
  };
}
