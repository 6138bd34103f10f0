import type { Duplex } from 'node:stream';

/**
 * Ends a connection after its last answer, `last` included. What the client still sends is thrown away, so that the answer is
 * not lost to a reset; the socket is destroyed when the client ends too, at the latest after a second: no limit of Node's own
 * holds for it.
 */
export function endSocket(socket: Duplex, last?: string): void {
  if (socket.destroyed) return;
  if (last === undefined) socket.end();
  else socket.end(last);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), 1000);
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
}
