import type { Socket } from 'node:net';

/**
 * Ends a connection with RST and nothing before it. `socket.resetAndDestroy()` first shuts the writing side down when
 * nothing is pending, so the peer may see FIN instead; the flag it sets is all that `destroy` looks at (Node 18 to 24).
 * Without that flag the worst case is a FIN, which a test would show.
 */
export function abortSocket(socket: Socket): void {
  if (!socket.connecting) (socket as Socket & { resetAndClosing?: boolean }).resetAndClosing = true;
  socket.destroy();
}
