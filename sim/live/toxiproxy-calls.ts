import { setMaxListeners } from 'node:events';
import type { Toxiproxy } from 'toxiproxy-node-client';

type Api = ReturnType<Toxiproxy['getApi']>;

/** How long a call may take, milliseconds. */
export interface CallLimits {
  readonly call: number;
  /** From the interruption on, also for calls under way: whoever pressed Ctrl-C waits for this. */
  readonly interrupted: number;
  /** For a server that let a call pass unanswered: the calls that clean up must not add up. */
  readonly silent: number;
}

const usualLimits: CallLimits = { call: 30_000, interrupted: 5_000, silent: 1_000 };

/** The server took a call and gave no answer in time. */
export class SilentServerError extends Error {
  constructor(withinMs: number) {
    super(`no answer within ${withinMs / 1000} s`);
    this.name = 'SilentServerError';
  }
}

export interface Answered {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

/**
 * HTTP calls to a Toxiproxy, each under a time limit. The client has none, and a call that nobody waits for any more would
 * keep the process up.
 */
export class ToxiproxyCalls {
  readonly #interrupted: AbortSignal | undefined;
  readonly #limits: CallLimits;
  #silent = false;

  constructor(interrupted?: AbortSignal, limits = usualLimits) {
    this.#interrupted = interrupted;
    this.#limits = limits;
    // A listener a call under way, and a fault on many links makes many at once: Node would warn of a leak from 11 on.
    if (interrupted !== undefined) setMaxListeners(0, interrupted);
  }

  /** The last call that ended got no answer in time. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Has the client make its calls here. */
  serve(api: Api): void {
    api.get = async (url) => ({ data: await this.#json('GET', url) });
    api.post = async (url, body) => ({ data: await this.#json('POST', url, body) });
    api.delete = async (url) => {
      await this.#json('DELETE', url);
    };
    api.getText = async (url) => (await this.call('GET', url)).text;
  }

  /**
   * One call and its whole answer, whatever the status.
   * @throws SilentServerError; what fetch throws when there is no server
   */
  async call(method: string, url: string, body?: unknown): Promise<Answered> {
    const controller = new AbortController();
    let limit = this.#limit();
    const within = (ms: number): NodeJS.Timeout => setTimeout(() => controller.abort(), ms);
    let timer = within(limit);
    const hurry = (): void => {
      clearTimeout(timer);
      limit = this.#limit();
      timer = within(limit);
    };
    this.#interrupted?.addEventListener('abort', hurry, { once: true });
    try {
      const answer = await fetch(url, {
        method,
        signal: controller.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
      const text = await answer.text();
      this.#silent = false;
      return { ok: answer.ok, status: answer.status, text };
    } catch (error) {
      this.#silent = controller.signal.aborted;
      throw controller.signal.aborted ? new SilentServerError(limit) : error;
    } finally {
      clearTimeout(timer);
      this.#interrupted?.removeEventListener('abort', hurry);
    }
  }

  #limit(): number {
    if (this.#silent) return this.#limits.silent;
    return this.#interrupted?.aborted === true ? this.#limits.interrupted : this.#limits.call;
  }

  async #json<T>(method: string, url: string, body?: unknown): Promise<T> {
    const { ok, status, text } = await this.call(method, url, body);
    if (!ok) throw new Error(`status ${status}${text === '' ? '' : `: ${text.trim().slice(0, 300)}`}`);
    // a removal is answered with nothing, which the client hands on as it is
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
