import type { HeaderPairs } from '../../proxy/host/message.ts';

/** Names a user may hold at once; a sign-in that was never finished leaves one behind, the oldest goes first. */
const mostCookies = 20;

const none: HeaderPairs = [];

/** One user's cookies for one application. The Cookie field is built once per change, not per request. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();
  #fields: HeaderPairs = none;

  /** The request fields to send: nothing, or one Cookie field. The same object until a cookie changes. */
  get fields(): HeaderPairs {
    return this.#fields;
  }

  set(name: string, value: string): void {
    this.#cookies.delete(name);
    this.#cookies.set(name, value);
    if (this.#cookies.size > mostCookies) {
      const [oldest = name] = this.#cookies.keys();
      this.#cookies.delete(oldest);
    }
    this.#build();
  }

  /** Takes Set-Cookie fields in; Max-Age=0 and an empty value remove. */
  absorb(headers: HeaderPairs): void {
    let changed = false;
    for (const [name, text] of headers) {
      if (name.length !== 10 || name.toLowerCase() !== 'set-cookie') continue;
      const end = text.indexOf(';');
      const pair = end < 0 ? text : text.slice(0, end);
      const equals = pair.indexOf('=');
      if (equals <= 0) continue;
      const key = pair.slice(0, equals).trim();
      const value = pair.slice(equals + 1).trim();
      changed = true;
      if (value === '' || /;\s*max-age=0\b/i.test(text)) this.#cookies.delete(key);
      else this.set(key, value);
    }
    if (changed) this.#build();
  }

  #build(): void {
    if (this.#cookies.size === 0) {
      this.#fields = none;
      return;
    }
    let text = '';
    for (const [name, value] of this.#cookies) text += text === '' ? `${name}=${value}` : `; ${name}=${value}`;
    this.#fields = [['cookie', text]];
  }
}
