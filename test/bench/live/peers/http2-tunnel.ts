import { createServer } from 'node:http';
import http2, { type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { Pool } from 'undici';
import type { PeerOptions } from '../peer-main.ts';
import { endToEnd, endToEndBuffers } from './fields.ts';

const window = 1024 * 1024;

/**
 * The same tunnel over Node's http2: the connector dials out with TLS 1.3 and mutual certificates and is the HTTP/2 server
 * on the connection it made; the service sends every user's request as a stream. No session check, no log.
 */
export async function startHttp2Service({ tls: pem }: PeerOptions): Promise<{ port: number; tunnel: number }> {
  let session: ClientHttp2Session | undefined;
  const listener = tls.createServer(
    { ...pem, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3', ALPNProtocols: ['h2'] },
    (socket) => {
      session = http2.connect('https://connector', {
        createConnection: () => socket,
        settings: { initialWindowSize: window, enablePush: false },
      });
      session.setLocalWindowSize(16 * window);
      session.on('error', () => {});
    },
  );
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const server = createServer((request, response) => {
    if (session === undefined) {
      response.writeHead(503).end();
      return;
    }
    const headers: Record<string, string> = {
      ':method': request.method ?? 'GET',
      ':path': request.url ?? '/',
      ':authority': request.headers.host ?? '',
    };
    const fields = endToEnd(request.rawHeaders);
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const name = (fields[i] as string).toLowerCase();
      if (name !== 'host') headers[name] = fields[i + 1] as string;
    }
    const bodyless = request.method === 'GET' || request.method === 'HEAD';
    const stream = session.request(headers, { endStream: bodyless });
    if (!bodyless) request.pipe(stream);
    stream.on('response', (answer) => {
      response.writeHead(Number(answer[':status']), plainFields(answer));
      stream.on('data', (chunk: Buffer) => {
        if (response.write(chunk)) return;
        stream.pause();
        response.once('drain', () => stream.resume());
      });
      stream.on('end', () => response.end());
    });
    stream.on('error', () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, tunnel: (listener.address() as AddressInfo).port };
}

export async function startHttp2Connector({ backend, tunnel, tls: pem }: PeerOptions): Promise<{ port: number }> {
  const pool = new Pool(`http://127.0.0.1:${backend}`, { connections: 64 });
  const server = http2.createServer({ settings: { initialWindowSize: window } });
  server.on('session', (session) => session.setLocalWindowSize(16 * window));
  server.on('stream', (stream, headers) => {
    const fields: string[] = ['host', String(headers[':authority'])];
    for (const [name, value] of Object.entries(plainFields(headers))) fields.push(name, value);
    const method = String(headers[':method']);
    pool.dispatch(
      {
        path: String(headers[':path']),
        method: method as 'GET',
        headers: fields,
        body: method === 'GET' || method === 'HEAD' ? null : stream,
      },
      {
        onConnect(abort) {
          stream.once('aborted', () => abort());
        },
        onHeaders(status, raw, resume) {
          const answer: Record<string, string | number> = { ':status': status };
          const kept = endToEndBuffers(raw as Buffer[]);
          for (let i = 0; i + 1 < kept.length; i += 2)
            answer[(kept[i] as string).toLowerCase()] = kept[i + 1] as string;
          stream.respond(answer);
          stream.on('drain', resume);
          return true;
        },
        onData: (chunk) => stream.write(chunk),
        onComplete: () => void stream.end(),
        onError: () => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR),
      },
    );
    stream.on('error', () => {});
  });
  const socket = tls.connect({
    host: '127.0.0.1',
    port: tunnel,
    ...pem,
    servername: 'localhost',
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['h2'],
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  server.emit('connection', socket);
  return { port: 0 };
}

function plainFields(headers: IncomingHttpHeaders): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const name in headers) if (!name.startsWith(':')) fields[name] = String(headers[name]);
  return fields;
}
