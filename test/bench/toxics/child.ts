import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A process of its own that answers calls: load, servers and proxies never share a loop with each other. */
export class Child {
  readonly #process: ChildProcess;
  readonly #open = new Map<number, (reply: Reply) => void>();
  #calls = 0;

  constructor(module: string) {
    const file = path.join(path.dirname(fileURLToPath(import.meta.url)), module);
    this.#process = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#process.on('message', (reply: Reply) => {
      this.#open.get(reply.id)?.(reply);
      this.#open.delete(reply.id);
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  call<T>(name: string, ...args: unknown[]): Promise<T> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#open.set(id, ({ result, error }) =>
        error === undefined ? resolve(result as T) : reject(new Error(error)),
      );
      this.#process.send({ id, name, args });
    });
  }

  stop(): void {
    this.#process.kill('SIGKILL');
  }
}

type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The other side: answers calls in the child. */
export function answerCalls(handlers: Handlers): void {
  process.on('message', (call: { id: number; name: string; args: never[] }) => {
    void (async () => {
      try {
        const handler = handlers[call.name];
        if (handler === undefined) throw new Error(`no call ${call.name}`);
        process.send?.({ id: call.id, result: await handler(...call.args) });
      } catch (error) {
        process.send?.({ id: call.id, error: String(error) });
      }
    })();
  });
}
