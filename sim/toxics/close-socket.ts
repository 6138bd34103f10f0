import type { Socket } from 'node:net';

/** How long a socket that was told to close may take to hand over its last bytes before it is cut off. */
const LINGER_MS = 1_000;

/** FIN after what was written; whatever still comes in is thrown away, since unread bytes would turn FIN into RST. */
export function closeSocket(socket: Socket): void {
  if (socket.connecting) {
    socket.destroy();
    return;
  }
  socket.end();
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}

/**
 * Ends a connection with RST and nothing before it. `socket.resetAndDestroy()` first shuts the writing side down when
 * nothing is pending, so the peer may see FIN instead; the flag it sets is all that `destroy` looks at (Node 18 to 24).
 * Without that flag the worst case is a FIN, which a test would show.
 */
export function abortSocket(socket: Socket): void {
  if (!socket.connecting) (socket as Socket & { resetAndClosing?: boolean }).resetAndClosing = true;
  socket.destroy();
}
