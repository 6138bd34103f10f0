import net from 'node:net';
import type { Random } from '../../proxy/host/random.ts';
import { abortSocket, closeSocket } from './close-socket.ts';
import type { ConnectionHost, Traffic } from './connection-host.ts';
import type { Ending } from './engine/chunk.ts';
import { Link } from './engine/link.ts';
import { type Address, dialOptions } from './listen-address.ts';
import { ClientHead } from './match/client-head.ts';
import { acceptedSocket, readInto } from './socket-read.ts';
import { SocketSink } from './socket-sink.ts';
import type { Direction, Toxic } from './toxic.ts';

type Side = 'client' | 'server';

/**
 * One client and the upstream it is proxied to: two sockets, two links. Each direction ends on its own, so a client
 * that half-closes still gets its reply; everything that waits can be dropped at any instant.
 */
export class Connection {
  /** 1 for the first connection a proxy accepted; names the random streams. */
  readonly ordinal: number;
  /** The client's address and port. */
  readonly peer: string;
  readonly traffic: Readonly<Record<Direction, Traffic>> = {
    upstream: { received: 0, sent: 0 },
    downstream: { received: 0, sent: 0 },
  };
  readonly #host: ConnectionHost;
  readonly #client: net.Socket;
  readonly #random: Random;
  readonly #head = new ClientHead({
    wake: (toxic) => this.#links?.[toxic.direction].wake(toxic),
    pass: (bytes) => this.#links?.upstream.push(bytes),
    late: () => this.#safely(() => this.#head.decide()),
  });
  #server: net.Socket | undefined;
  #links: Record<Direction, Link> | undefined;
  #dialTimer: NodeJS.Timeout | undefined;
  #state: 'dialling' | 'open' | 'closing' = 'dialling';
  #reason = 'ended';
  #abandoned: Side | undefined;
  /** Broke after its FIN had come in and before it went out: what it said still goes its way. */
  #gone: Side | undefined;
  /** Those who have said their last: FIN, or broken. */
  readonly #last = new Set<Side>();
  #open = 1;

  constructor(host: ConnectionHost, client: net.Socket, ordinal: number, random: Random) {
    this.ordinal = ordinal;
    this.peer = `${client.remoteAddress ?? ''}:${client.remotePort ?? 0}`;
    this.#host = host;
    this.#client = acceptedSocket(client, {
      keeps: () => this.#head.open || this.#keeps('upstream'),
      take: (bytes) => this.#fromClient(bytes),
    });
    this.#random = random;
    this.#client.on('error', () => this.#broken('client'));
    this.#client.once('close', () => this.#socketClosed());
  }

  /** Dials the upstream; the client's bytes wait unread until it answers. */
  dial(upstream: Address): void {
    if (this.#state !== 'dialling' || this.#server !== undefined) return;
    const onread = readInto({
      keeps: () => this.#keeps('downstream'),
      take: (bytes) => this.#fromServer(bytes),
    });
    const server = net.connect({ ...dialOptions(upstream), onread });
    this.#server = server;
    this.#open += 1;
    this.#dialTimer = setTimeout(() => this.close('dial timeout'), this.#host.dialTimeoutMs);
    server.once('connect', () => this.#connected(server));
    server.on('error', () => this.#broken('server'));
    server.once('close', () => this.#socketClosed());
  }

  /** A toxic of the proxy was added, changed, woken or removed. */
  change(kind: 'add' | 'update' | 'wake' | 'remove', toxic: Toxic): void {
    this.#safely(() => this.#head.changed(toxic, () => this.#links?.[toxic.direction][kind](toxic)));
  }

  /** What a toxic on this connection may ask: used before the links exist as well. */
  site(direction: Direction) {
    return {
      ordinal: this.ordinal,
      random: this.#random.fork(direction),
      fits: (toxic: Toxic, rule: Parameters<ClientHead['fits']>[1]) =>
        rule.peer(this.#client.remoteAddress ?? '') ? this.#head.fits(toxic, rule) : false,
    };
  }

  /** Closes both sides: what was written still arrives, what toxics hold is dropped. */
  close(reason: string): void {
    if (this.#state === 'closing') return;
    this.#leave(reason);
    closeSocket(this.#client);
    if (this.#server !== undefined) closeSocket(this.#server);
  }

  /** Resets both sides (RST). */
  reset(reason: string): void {
    if (this.#state === 'closing') return;
    this.#leave(reason);
    abortSocket(this.#client);
    if (this.#server !== undefined) abortSocket(this.#server);
  }

  /** Cuts both sides off without waiting for anything. */
  destroy(): void {
    this.#leave('server closed');
    this.#client.destroy();
    this.#server?.destroy();
  }

  #connected(server: net.Socket): void {
    clearTimeout(this.#dialTimer);
    if (this.#state !== 'dialling') return;
    this.#state = 'open';
    const links = {
      upstream: this.#link('upstream', 'client', this.#client, server),
      downstream: this.#link('downstream', 'server', server, this.#client),
    };
    this.#links = links;
    if (this.#abandoned !== undefined) this.#abandon(this.#abandoned);
    this.#client.once('end', () => this.#safely(() => this.#clientEnded(links.upstream)));
    server.once('end', () => this.#safely(() => this.#senderEnded('server', links.downstream)));
    this.#client.on('drain', () => this.#drained('downstream'));
    server.on('drain', () => this.#drained('upstream'));
    this.#client.resume();
  }

  #drained(direction: Direction): void {
    this.#safely(() => this.#links?.[direction].drained());
  }

  /** One connection's trouble is never another's: the process lives on whatever a toxic does. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#host.onBug(error);
    this.reset('internal error');
  }

  #keeps(direction: Direction): boolean {
    return this.#links?.[direction].keeps ?? false;
  }

  /** True: the bytes are in use after the call. */
  #fromServer(bytes: Buffer): boolean {
    this.#count('downstream', 'received', bytes.length);
    let kept = true;
    this.#safely(() => {
      kept = this.#links?.downstream.push(bytes) ?? false;
    });
    return kept;
  }

  /** As `#fromServer`. */
  #fromClient(bytes: Buffer): boolean {
    const link = this.#links?.upstream;
    // Closed before the upstream answered: what still comes in is thrown away.
    if (link === undefined) return false;
    this.#count('upstream', 'received', bytes.length);
    let kept = true;
    this.#safely(() => {
      this.#head.note(bytes);
      if (this.#head.open) this.#head.hold(bytes);
      else kept = link.push(bytes);
    });
    return kept;
  }

  #clientEnded(link: Link): void {
    this.#head.decide();
    this.#senderEnded('client', link);
  }

  #senderEnded(side: Side, link: Link): void {
    this.#last.add(side);
    // The only one left has gone as well.
    if (this.#abandoned !== undefined && this.#abandoned !== side) this.close('half open');
    else link.end('fin');
    this.#closeIfOver();
  }

  /**
   * Once both sides have said their last and a toxic swallowed one of these endings, nothing would ever close the sockets.
   * What other toxics still hold of an ending that comes out is waited for; where both come out, the sockets close.
   */
  #closeIfOver(): void {
    const links = this.#links;
    if (this.#state !== 'open' || links === undefined || this.#last.size < 2) return;
    if (links.upstream.ended && links.downstream.ended) return;
    if (links.upstream.over && links.downstream.over) this.close(this.#reason);
  }

  #count(direction: Direction, what: keyof Traffic, bytes: number): void {
    this.traffic[direction][what] += bytes;
    this.#host.traffic[direction][what] += bytes;
  }

  #link(direction: Direction, sender: Side, from: net.Socket, to: net.Socket): Link {
    return new Link(
      {
        scheduler: this.#host.scheduler,
        site: this.site(direction),
        pressure: (full) => {
          if (this.#state === 'open') full ? from.pause() : from.resume();
        },
        hit: (toxic) => this.#host.hit(this, toxic),
        close: () => this.close('toxic'),
        reply: (bytes) => {
          if (!from.writable) return;
          from.write(bytes);
          this.#count(direction === 'upstream' ? 'downstream' : 'upstream', 'sent', bytes.length);
        },
        abandonSender: () => this.#abandon(sender),
        swallowed: () => this.#closeIfOver(),
        failed: (error) => this.#failed(error),
      },
      new SocketSink(to, {
        sent: (bytes) => this.#count(direction, 'sent', bytes),
        drained: () => this.#drained(direction),
        end: (ending) => this.#end(ending, sender, to),
      }),
      this.#host.toxics(direction),
    );
  }

  #end(ending: Ending, sender: Side, to: net.Socket): void {
    if (ending === 'fin' && this.#gone === sender) this.close(this.#reason);
    else if (ending === 'fin') {
      to.end();
      this.#closeIfOver();
    } else if (ending === 'close') this.close('toxic');
    else this.reset('reset');
  }

  /** One side disappears without the other being told; what the other sends is taken and dropped. */
  #abandon(side: Side): void {
    this.#abandoned = side;
    if (this.#links === undefined) return;
    this.#links[side === 'client' ? 'downstream' : 'upstream'].discard();
    const socket = side === 'client' ? this.#client : this.#server;
    if (socket !== undefined) abortSocket(socket);
  }

  /**
   * A socket failed: the other side hears a reset after the data that was already under way. A FIN that is under way as
   * well is what the side meant to say last, so that comes out instead, in order, and both are closed.
   */
  #broken(side: Side): void {
    if (this.#state === 'closing' || this.#abandoned === side) return;
    this.#last.add(side);
    this.#reason = `${side} error`;
    if (this.#links === undefined) {
      this.close(this.#reason);
      return;
    }
    // What is kept back of the client's first bytes was under way as well.
    if (side === 'client') this.#safely(() => this.#head.decide());
    const [inward, outward] =
      side === 'client' ? (['downstream', 'upstream'] as const) : (['upstream', 'downstream'] as const);
    this.#links[inward].discard();
    const link = this.#links[outward];
    if (link.ended) this.reset(this.#reason);
    else if (link.senderEnded) this.#gone = side;
    else link.end('reset');
    this.#closeIfOver();
  }

  #leave(reason: string): void {
    if (this.#state !== 'closing') this.#reason = reason;
    this.#state = 'closing';
    clearTimeout(this.#dialTimer);
    this.#head.drop();
    this.#links?.upstream.discard();
    this.#links?.downstream.discard();
  }

  #socketClosed(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    this.#leave(this.#reason);
    this.#host.closed(this, this.#reason);
  }
}
