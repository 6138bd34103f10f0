import type { IncomingMessage, ServerResponse } from 'node:http';
import { livePage, ordersPage, signedInUser, startPage } from './pages.ts';

const block = Buffer.alloc(64 * 1024, 'holdfast ');
const mostBytes = 1024 * 1024 * 1024;
const longestDelayMs = 600_000;

/** Answers one request; the caller has already waited and decided that it is answered at all. */
export function answer(name: string, responseBytes: number, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://backend');
  const bytes = /^\/bytes\/([0-9]{1,10})$/.exec(url.pathname)?.[1];
  if (bytes !== undefined) sendBytes(Math.min(mostBytes, Number(bytes)), response);
  else if (url.pathname === '/echo') echo(request, response);
  else if (url.pathname === '/slow') slow(url, response);
  else if (url.pathname === '/whoami') sendJson({ user: signedInUser(request) ?? null }, response);
  else if (url.pathname === '/orders') sendHtml(ordersPage(name, request), response);
  else if (url.pathname === '/live') sendHtml(livePage(name), response);
  else if (url.pathname === '/') sendHtml(startPage(name, request), response);
  else sendBytes(responseBytes, response);
}

function sendHtml(text: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(text);
}

function sendJson(value: unknown, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** `count` bytes of filler with a length, as fast as the reader takes them. */
function sendBytes(count: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': count });
  if (count <= block.length) {
    response.end(block.subarray(0, count));
    return;
  }
  let left = count;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      const part = block.subarray(0, Math.min(left, block.length));
      left -= part.length;
      if (!response.write(part)) {
        response.once('drain', more);
        return;
      }
    }
    if (left === 0) response.end();
  };
  more();
}

/** A body comes back as it is; a request without one is described in JSON. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) {
    sendJson({ method: request.method, target: request.url, headers: request.rawHeaders }, response);
    return;
  }
  const type = request.headers['content-type'] ?? 'application/octet-stream';
  const length = request.headers['content-length'];
  response.writeHead(200, { 'content-type': type, ...(length === undefined ? {} : { 'content-length': length }) });
  request.on('error', () => response.destroy());
  request.pipe(response);
}

function slow(url: URL, response: ServerResponse): void {
  const delay = Math.min(longestDelayMs, Math.max(0, Number(url.searchParams.get('ms') ?? 1000) || 0));
  const timer = setTimeout(() => sendJson({ sleptMs: delay }, response), delay);
  response.on('close', () => clearTimeout(timer));
}
