import type { IncomingMessage } from 'node:http';
import { escapeHtml } from '../../policy/error-page.ts';

/** Fields in which a proxy tells the application who signed in, most specific first. */
const userFields = ['x-auth-user', 'x-ms-client-principal-name', 'x-remote-user', 'remote-user'];

/** Who the proxy says is signed in; undefined when it says nothing. */
export function signedInUser(request: IncomingMessage): string | undefined {
  for (const field of userFields) {
    const value = request.headers[field];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
nav a{margin-right:1rem}table{border-collapse:collapse;width:100%}td{border-top:1px solid #d0d7de;padding:.25rem .5rem;
vertical-align:top;word-break:break-word}td:first-child{white-space:nowrap;color:#57606a}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}td{border-color:#30363d}td:first-child{color:#9198a1}}</style>
</head><body><nav><a href="/">Start</a><a href="/orders">Orders</a><a href="/live">Live</a></nav><h1>${escapeHtml(title)}</h1>
${content}</body></html>
`;
}

/** The start page: who is signed in and what reached the application. */
export function startPage(name: string, request: IncomingMessage): string {
  const user = signedInUser(request);
  const who =
    user === undefined
      ? '<p>Nobody is signed in here: this application gets no name from the proxy (no single sign-on).</p>'
      : `<p>Signed in as <strong id="user">${escapeHtml(user)}</strong>.</p>`;
  const rows: string[] = [];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    rows.push(
      `<tr><td>${escapeHtml(request.rawHeaders[i] ?? '')}</td><td>${escapeHtml(request.rawHeaders[i + 1] ?? '')}</td></tr>`,
    );
  }
  return page(name, `${who}<h2>This request as the application received it</h2><table>${rows.join('')}</table>`);
}

/** A second page, so that a session can be seen to last over more than one. */
export function ordersPage(name: string, request: IncomingMessage): string {
  const rows = [1001, 1002, 1003].map((id) => `<tr><td>${id}</td><td>Sample order ${id}</td></tr>`).join('');
  const user = signedInUser(request);
  return page(
    `${name}: orders`,
    `<p>${user === undefined ? 'Orders' : `Orders of ${escapeHtml(user)}`}</p><table>${rows}</table>`,
  );
}

/** A page that holds a WebSocket open and shows its echoes. */
export function livePage(name: string): string {
  return page(
    `${name}: live`,
    `<p>A WebSocket to this application: <strong id="state">connecting</strong>, <span id="count">0</span> echoes.</p>
<script>
const ws = new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws');
let n = 0;
const say = (text) => { document.getElementById('state').textContent = text; };
ws.onopen = () => { say('open'); ws.send('tick'); };
ws.onmessage = () => { document.getElementById('count').textContent = String(++n); setTimeout(() => ws.send('tick'), 1000); };
ws.onclose = (event) => say('closed (' + event.code + ')');
</script>`,
  );
}
