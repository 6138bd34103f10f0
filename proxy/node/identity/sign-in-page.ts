import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { escapeHtml } from '../../policy/error-page.ts';
import type { TokenServiceConfig } from './token-config.ts';

/** A form has two short fields; more is refused. */
const mostBytes = 4096;

/** The sign-in page: a plain form, no script, readable without style. */
export class SignInPage {
  readonly #passwords = new Map<string, string | undefined>();

  constructor(config: TokenServiceConfig) {
    for (const { name, password } of config.users) this.#passwords.set(name, password);
  }

  /** Serves `/interaction/UID`, GET and POST. */
  async serve(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let asked: Awaited<ReturnType<Provider['interactionDetails']>>;
    try {
      asked = await provider.interactionDetails(request, response);
    } catch {
      send(
        response,
        400,
        page('Sign-in has ended', '<p>It took too long, or began in another browser. Go back to the application.</p>'),
      );
      return;
    }
    if (request.method === 'GET' || request.method === 'HEAD') {
      const hint = asked.params['login_hint'];
      send(response, 200, form(typeof hint === 'string' ? hint : '', ''));
      return;
    }
    if (request.method !== 'POST') {
      send(response, 405, page('Method not allowed', ''));
      return;
    }
    const text = await readForm(request);
    if (text === undefined) {
      send(response, 413, page('Too much', ''));
      return;
    }
    const fields = new URLSearchParams(text);
    if (fields.has('cancel')) {
      await provider.interactionFinished(request, response, { error: 'access_denied' });
      return;
    }
    const name = fields.get('user') ?? '';
    if (!this.#accepts(name, fields.get('password') ?? '')) {
      send(response, 401, form(name, 'User name or password is wrong.'));
      return;
    }
    await provider.interactionFinished(request, response, { login: { accountId: name } });
  }

  /** The same work whether or not the user exists. */
  #accepts(name: string, password: string): boolean {
    const known = this.#passwords.get(name);
    const wanted = Buffer.alloc(256);
    const given = Buffer.alloc(256);
    wanted.write(known ?? 'nobody has this');
    given.write(password);
    return timingSafeEqual(wanted, given) && known !== undefined && Buffer.byteLength(password) <= 256;
  }
}

function form(user: string, problem: string): string {
  const alert = problem === '' ? '' : `<p role="alert">${escapeHtml(problem)}</p>`;
  return page(
    'Sign in',
    `${alert}<form method="post">
<p><label>User name <input name="user" autocomplete="username" value="${escapeHtml(user)}" required autofocus></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>
<p><button>Sign in</button> <button name="cancel" value="1" formnovalidate>Cancel</button></p></form>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}
input{display:block;width:100%;font:inherit;padding:.4rem;box-sizing:border-box}button{font:inherit;padding:.4rem 1rem}</style>
<h1>${title}</h1>${body}</html>`;
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(html);
}

async function readForm(request: IncomingMessage): Promise<string | undefined> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1');
    if (text.length > mostBytes) return undefined;
  }
  return text;
}
