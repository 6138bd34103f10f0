import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { closeAll, connect, type Peer, startEcho, startUpstream, type Upstream } from './sockets.ts';
import { embedded, type Reply, real, realServer, type Target } from './target.ts';

/** A proxy made by a row. */
export interface Made {
  readonly name: string;
  readonly port: number;
  readonly upstream: Upstream;
  readonly path: string;
}

let counter = 0;

/** What a row works with: one server, and names that no other row uses. */
export class Bench {
  readonly target: Target;
  readonly #names: string[] = [];

  constructor(target: Target) {
    this.target = target;
  }

  get real(): boolean {
    return this.target.kind === 'real';
  }

  name(): string {
    const name = `row-${process.pid}-${++counter}`;
    this.#names.push(name);
    return name;
  }

  /** A name chosen by the row, deleted afterwards like the others. */
  named(name: string): string {
    this.#names.push(name);
    return name;
  }

  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    return this.target.call(method, path, body, headers);
  }

  /** A call that must give this status. */
  async ok(status: number, method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await this.call(method, path, body);
    assert.is(reply.status, status, `${method} ${path}: ${reply.text}`);
    return reply;
  }

  /** A call that must fail with exactly this error JSON. */
  async fails(status: number, error: string | RegExp, method: string, path: string, body?: unknown): Promise<void> {
    const reply = await this.ok(status, method, path, body);
    assert.is(reply.json?.status, status);
    if (typeof error === 'string') assert.is(reply.json?.error, error);
    else assert.match(reply.json?.error ?? '', error);
  }

  /** A proxy on a free port in front of `upstream`, an echo unless given. */
  async proxy(upstream?: Upstream, extra: object = {}): Promise<Made> {
    const name = this.name();
    const behind = upstream ?? (await startEcho());
    const body = { name, listen: '127.0.0.1:0', upstream: behind.address, ...extra };
    const made = await this.ok(201, 'POST', '/proxies', body);
    return { name, port: portOf(made.json.listen), upstream: behind, path: `/proxies/${name}` };
  }

  /** Adds a toxic and returns what the server says it is. */
  async toxic(made: Made, toxic: object): Promise<Reply> {
    return this.ok(200, 'POST', `${made.path}/toxics`, toxic);
  }

  /** A proxied connection: the client's end and the upstream's end. */
  async pair(made?: Made): Promise<{ made: Made; client: Peer; server: Peer }> {
    const proxy = made ?? (await this.proxy(await startUpstream()));
    const client = await connect(proxy.port);
    return { made: proxy, client, server: await proxy.upstream.next() };
  }

  async cleanup(): Promise<void> {
    for (const name of this.#names) await this.call('DELETE', `/proxies/${encodeURIComponent(name)}`);
  }
}

/** The port of a `listen` answer: after the last colon. */
export function portOf(listen: string): number {
  return Number(listen.slice(listen.lastIndexOf(':') + 1));
}

type Row = (bench: Bench) => Promise<void>;
const rows: { number: number; title: string; run: Row; only: 'both' | 'embedded' }[] = [];

/** A row of the compatibility checklist that must hold on both servers (the body may name a declared difference). */
export function row(number: number, title: string, run: Row): void {
  rows.push({ number, title, run, only: 'both' });
}

/** A further promise of the embedded server for a row, or one that the real one cannot be asked. */
export function embeddedRow(number: number, title: string, run: Row): void {
  rows.push({ number, title, run, only: 'embedded' });
}

/** Registers the file's rows against the embedded server, and against the real one where there is one. */
export function registerRows(): void {
  const targets: Partial<Record<Target['kind'], Target & { close(): Promise<void> }>> = {};
  test.before(async () => {
    targets.embedded = await embedded();
    const found = await real();
    if (found !== undefined) targets.real = found;
  });
  test.after(async () => {
    await targets.embedded?.close();
    await targets.real?.close();
  });
  for (const { number, title, run, only } of rows) {
    const kinds =
      only === 'both' && realServer() !== undefined ? (['embedded', 'real'] as const) : (['embedded'] as const);
    for (const kind of kinds) {
      test(`row ${number} [${kind}]: ${title}`, async () => {
        const target = targets[kind];
        if (target === undefined) throw new Error(`no ${kind} server`);
        const bench = new Bench(target);
        try {
          await run(bench);
        } finally {
          await bench.cleanup();
          await closeAll();
        }
      });
    }
  }
  if (realServer() === undefined) {
    console.log(
      'skipped: comparison with a real Toxiproxy (no TOXIPROXY_URL, no TOXIPROXY_BIN, no toxiproxy-server on the PATH)',
    );
  }
}
