import type { Socket } from 'node:net';

/** How long the last bytes of a socket that was told to close may be at a standstill before it is cut off. */
const LINGER_MS = 1_000;

/**
 * FIN after what was written; whatever still comes in is thrown away, since unread bytes would turn FIN into RST. A
 * receiver that is slow gets all of it, however long that takes; one that takes nothing for a second is cut off.
 */
export function closeSocket(socket: Socket): void {
  // It may be closed already, and then nothing would ever stop the watch below.
  if (socket.destroyed) return;
  if (socket.connecting) {
    socket.destroy();
    return;
  }
  socket.end();
  socket.resume();
  // What lingers holds no process.
  socket.unref();
  let before = unsent(socket);
  const timer = setInterval(() => {
    const now = unsent(socket);
    if (now.stream < before.stream || now.kernel < before.kernel) before = now;
    else socket.destroy();
  }, LINGER_MS);
  timer.unref();
  socket.once('close', () => clearInterval(timer));
}

/** Bytes the stream has, and those of its running write that the kernel has not taken: the first fall only write by write. */
function unsent(socket: Socket): { stream: number; kernel: number } {
  const handle = (socket as Socket & { _handle?: { writeQueueSize?: number } | null })._handle;
  return { stream: socket.writableLength, kernel: handle?.writeQueueSize ?? 0 };
}

/**
 * Ends a connection with RST and nothing before it. `socket.resetAndDestroy()` first shuts the writing side down when
 * nothing is pending, so the peer may see FIN instead; the flag it sets is all that `destroy` looks at (Node 18 to 24).
 * Without that flag the worst case is a FIN, which a test would show. While the FIN of an `end` is under way, until the
 * next turn of the loop, libuv refuses a reset and the socket would never close: then it is aborted right after.
 */
export function abortSocket(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0 && !socket.destroyed) {
    socket.once('finish', () => abortSocket(socket));
    return;
  }
  if (!socket.connecting) (socket as Socket & { resetAndClosing?: boolean }).resetAndClosing = true;
  socket.destroy();
}
