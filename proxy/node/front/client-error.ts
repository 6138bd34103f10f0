import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers on a bare socket, where there is no ServerResponse to do it, and closes. */
export function refuseRaw(socket: Duplex, status: number, detail: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const text = `${status} ${detail}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nDate: ${new Date().toUTCString()}\r\n` +
      `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
  // What the client still sends is thrown away, so that the answer is not lost to a reset; then the socket goes.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), 1000);
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
}
