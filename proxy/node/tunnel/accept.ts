import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Listener, PeerIdentity } from '../../host/transport.ts';
import { listenOn } from '../listen-on.ts';
import { formatAddress, parseAddress } from './address.ts';
import { type TlsIdentity, tunnelProtocol } from './dial.ts';

export interface AcceptSettings {
  /** Undefined: plain TCP, nobody is verified. */
  readonly tls: TlsIdentity | undefined;
  /** A handshake not done by then is cut; also the bound on half-open connections' life. */
  readonly handshakeTimeoutMs: number;
  readonly maxConnections: number;
  /** Told of every dial that was turned away: no certificate, a foreign one, the wrong protocol. */
  readonly onRefused: ((address: string, detail: string) => void) | undefined;
}

/** Listens and hands over each socket once its peer is verified. ERR_PORT_IN_USE, ERR_LISTEN. */
export async function acceptSockets(
  address: string,
  settings: AcceptSettings,
  onSocket: (socket: Socket, peer: PeerIdentity) => void,
): Promise<Listener> {
  const { host, port } = parseAddress(address);
  const server = settings.tls === undefined ? plain(onSocket) : secured(settings.tls, settings, onSocket);
  server.maxConnections = settings.maxConnections;
  await listenOn(server, host, port);
  const bound = server.address() as AddressInfo;
  return {
    address: formatAddress(host, bound.port),
    async close() {
      // Open connections belong to whoever took them; only the door closes here.
      if (server.listening) server.close();
    },
  };
}

function plain(onSocket: (socket: Socket, peer: PeerIdentity) => void): Server {
  return createTcpServer({ noDelay: true }, (socket) =>
    onSocket(socket, { address: remote(socket), certificateName: undefined }),
  );
}

function secured(
  tls: TlsIdentity,
  settings: AcceptSettings,
  onSocket: (socket: Socket, peer: PeerIdentity) => void,
): Server {
  const server = createTlsServer({
    ...tls,
    minVersion: 'TLSv1.3',
    ALPNProtocols: [tunnelProtocol],
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: settings.handshakeTimeoutMs,
  });
  server.on('secureConnection', (socket) => {
    const certificateName = certificateNameOf(socket);
    if (socket.authorized && certificateName !== undefined && socket.alpnProtocol === tunnelProtocol) {
      onSocket(socket, { address: remote(socket), certificateName });
      return;
    }
    socket.on('error', () => {});
    settings.onRefused?.(remote(socket), 'no verified certificate or another protocol');
    socket.destroy();
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    settings.onRefused?.(remote(socket), error.code ?? error.message);
    socket.destroy();
  });
  return server;
}

/** Common name of the verified peer certificate. */
export function certificateNameOf(socket: TLSSocket): string | undefined {
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

export function remote(socket: Socket): string {
  return formatAddress(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0);
}
