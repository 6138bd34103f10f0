import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Cancel } from '../../host/cancel.ts';
import { HoldfastError } from '../../host/errors.ts';
import { type HostPort, parseAddress } from './address.ts';
import { connectThrough } from './outbound-proxy.ts';

/** Protocol name of the tunnel in ALPN: a listener that speaks something else refuses the handshake. */
export const tunnelProtocol = 'xap/1';

/** What one end shows and whom it believes; PEM texts. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  /** Authorities that sign the other end. */
  readonly ca: string;
}

export type DialFailure = 'refused' | 'unreachable' | 'timeout' | 'certificate' | 'cancelled';

function dialError(address: string, why: DialFailure, detail: string): HoldfastError {
  return new HoldfastError('ERR_DIAL', `cannot dial ${address}: ${why} (${detail})`, {
    facts: { address, why, detail },
    hint: dialHints[why],
  });
}

/** What a connector's owner looks at; the connector itself tries again. */
const dialHints: Readonly<Record<DialFailure, string>> = {
  refused: 'Check that a service runs there and listens for tunnels on this port.',
  unreachable: 'Check the name, the network and the firewall between, and the outbound proxy if there is one.',
  timeout: 'Check that the network lets connections to this address out, and that the service is not overloaded.',
  certificate: 'Check that each side has the authority of the other, and that the name is in the certificate.',
  cancelled: 'Nothing: whoever dialled wanted it no longer.',
};

export interface DialSettings {
  readonly timeoutMs: number;
  /** Undefined: plain TCP. */
  readonly tls: TlsIdentity | undefined;
  /** Name the listener's certificate must carry; default the host of the address. */
  readonly serverName: string | undefined;
  /** `host:port` of an HTTP proxy to go through; undefined: direct. */
  readonly outboundProxy: string | undefined;
}

/** A connected (and, with TLS, mutually verified) socket, or ERR_DIAL with `facts.why`. */
export async function dialSocket(address: string, settings: DialSettings, cancel: Cancel | undefined): Promise<Socket> {
  const target = parseAddress(address);
  if (cancel?.cancelled === true) throw dialError(address, 'cancelled', cancel.reason ?? '');
  const started = performance.now();
  const through = settings.outboundProxy;
  const raw = through === undefined ? undefined : await outward(through, address, target, settings.timeoutMs);
  const left = Math.max(1, settings.timeoutMs - (performance.now() - started));
  return handshake(address, open(target, raw, settings), settings, left, cancel);
}

async function outward(through: string, address: string, target: HostPort, timeoutMs: number): Promise<Socket> {
  try {
    return await connectThrough(through, target, timeoutMs);
  } catch (error) {
    throw dialError(address, 'unreachable', error instanceof Error ? error.message : String(error));
  }
}

function handshake(
  address: string,
  socket: Socket,
  settings: DialSettings,
  timeoutMs: number,
  cancel: Cancel | undefined,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let withdraw: (() => void) | undefined;
    const settle = (error: HoldfastError | undefined): void => {
      clearTimeout(timer);
      withdraw?.();
      socket.off('error', failed);
      socket.off('close', gone);
      if (error === undefined) resolve(socket);
      else {
        socket.on('error', () => {});
        socket.destroy();
        reject(error);
      }
    };
    const failed = (error: NodeJS.ErrnoException): void =>
      settle(dialError(address, whyOf(error), error.code ?? error.message));
    const gone = (): void => settle(dialError(address, 'unreachable', 'closed during the handshake'));
    const timer = setTimeout(() => settle(dialError(address, 'timeout', `${settings.timeoutMs} ms`)), timeoutMs);
    socket.on('error', failed);
    socket.on('close', gone);
    const done = (): void => {
      const wrong = settings.tls !== undefined && (socket as TLSSocket).alpnProtocol !== tunnelProtocol;
      settle(wrong ? dialError(address, 'certificate', `the listener does not speak ${tunnelProtocol}`) : undefined);
    };
    if (settings.tls === undefined && !socket.connecting) done();
    else socket.once(settings.tls === undefined ? 'connect' : 'secureConnect', done);
    withdraw = cancel?.onCancel((reason) => settle(dialError(address, 'cancelled', reason)));
  });
}

function open(target: HostPort, raw: Socket | undefined, settings: DialSettings): Socket {
  const { tls } = settings;
  if (tls === undefined) return raw ?? connectTcp({ ...target, noDelay: true });
  const name = settings.serverName ?? target.host;
  return connectTls({
    ...(raw === undefined ? target : { socket: raw }),
    ...tls,
    minVersion: 'TLSv1.3',
    ALPNProtocols: [tunnelProtocol],
    // Names travel in the handshake (SNI), addresses may not; the certificate is checked against either.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  });
}

function whyOf(error: NodeJS.ErrnoException): DialFailure {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (/CERT|SSL|TLS|VERIFY|SIGNATURE|ALTNAME|ISSUER/.test(code)) return 'certificate';
  return 'unreachable';
}
