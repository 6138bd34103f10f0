import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Conn, dialTimeout, type PeerIdentity, type Transport } from '../../host/transport.ts';
import { toMs } from '../../host/units.ts';
import { byteConn } from '../../protocol/byte-conn.ts';
import { acceptSockets, certificateNameOf, remote } from './accept.ts';
import { dialSocket, type TlsIdentity } from './dial.ts';
import { socketStream } from './socket-stream.ts';

export interface TransportOptions {
  /** Dial and handshake together; default `dialTimeout`, 3 s. */
  readonly dialTimeoutMs?: number;
  /** Default 3 s. */
  readonly handshakeTimeoutMs?: number;
  /** Connections one listener holds; default 10 000. */
  readonly maxConnections?: number;
  readonly onRefused?: (address: string, detail: string) => void;
  /** An error that taking a peer's frame threw; its connection is closed. Default: a warning of the process. */
  readonly onBug?: (address: string, error: unknown) => void;
  /** `host:port` of an HTTP proxy that dials go through with CONNECT; default direct. */
  readonly outboundProxy?: string;
}

export interface TlsTransportOptions extends TransportOptions, TlsIdentity {
  /** Name that listeners' certificates must carry, whatever the address (behind relays, in tests); default the host dialled. */
  readonly serverName?: string;
  /** What to show at the next dial, once the certificate was renewed; undefined: the one given here. */
  readonly renewed?: () => TlsIdentity | undefined;
}

/**
 * Tunnels over TLS 1.3 with certificates on both ends and ALPN `xap/1`. Peers are named by their verified certificate. A
 * dial that the listener turns down for its certificate resolves and then closes (TLS 1.3 tells the client last).
 */
export function createTlsTransport(options: TlsTransportOptions): Transport {
  const { ca, cert, key } = options;
  const first = { ca, cert, key };
  return transport(options, () => options.renewed?.() ?? first, options.serverName);
}

/** Tunnels over bare TCP: for tests and benchmarks on loopback only. Peers are not verified and have no name. */
export function createTcpTransport(options: TransportOptions = {}): Transport {
  return transport(options, () => undefined, undefined);
}

function transport(
  options: TransportOptions,
  identity: () => TlsIdentity | undefined,
  serverName: string | undefined,
): Transport {
  return {
    async dial(address, cancel) {
      const tls = identity();
      const settings = {
        timeoutMs: options.dialTimeoutMs ?? toMs(dialTimeout),
        tls,
        serverName,
        outboundProxy: options.outboundProxy,
      };
      const socket = await dialSocket(address, settings, cancel);
      return connOf(socket, peerOf(socket, tls !== undefined), options);
    },
    listen(address, onConn) {
      const settings = {
        tls: identity(),
        handshakeTimeoutMs: options.handshakeTimeoutMs ?? 3000,
        maxConnections: options.maxConnections ?? 10_000,
        onRefused: options.onRefused,
      };
      return acceptSockets(address, settings, (socket, peer) => onConn(connOf(socket, peer, options)));
    },
  };
}

/** Frames of one turn of the event loop leave in one write: one train of TLS records, one system call. */
function connOf(socket: Socket, peer: PeerIdentity, { onBug = warn }: TransportOptions): Conn {
  const told = (error: unknown): void => onBug(peer.address, error);
  return byteConn(socketStream(socket), { peer, flushSoon: setImmediate, onBug: told });
}

function warn(_address: string, error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

function peerOf(socket: Socket, secure: boolean): PeerIdentity {
  return { address: remote(socket), certificateName: secure ? certificateNameOf(socket as TLSSocket) : undefined };
}
