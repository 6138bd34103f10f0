import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A TCP relay on a port of its own whose far end can be refused or held, to make outages and freezes of a real server. */
export class Relay {
  #target = 0;
  readonly #sockets = new Set<Socket>();
  /** Connected pairs, near to far. */
  readonly #pairs = new Map<Socket, Socket>();
  readonly #held: (() => void)[] = [];
  #holding = false;
  #server = createServer();
  port = 0;

  async listen(): Promise<void> {
    this.#server = createServer((near) => {
      this.#track(near);
      const join = (): void => {
        const far = connect(this.#target, '127.0.0.1');
        this.#track(far);
        this.#pairs.set(near, far);
        near.pipe(far).pipe(near);
        near.on('close', () => {
          this.#pairs.delete(near);
          far.destroy();
        });
        far.on('close', () => near.destroy());
      };
      if (this.#holding) this.#held.push(join);
      else join();
    });
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  to(port: number): void {
    this.#target = port;
  }

  /** Connections are refused, those open are cut. */
  async refuse(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Connections are taken or stay open, but nothing goes on. */
  hold(): void {
    this.#holding = true;
    for (const [near, far] of this.#pairs) near.unpipe(far).pause();
  }

  release(): void {
    this.#holding = false;
    for (const [near, far] of this.#pairs) near.pipe(far);
    for (const join of this.#held.splice(0)) join();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
