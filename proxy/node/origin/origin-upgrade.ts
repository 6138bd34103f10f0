import type { Duplex } from 'node:stream';
import type { UpgradeStream } from '../../host/message.ts';
import { drained } from '../drained.ts';
import { socketBody } from '../socket-body.ts';

/** The backend's socket after 101, as the two-way stream of the message shape. Ends when both directions ended. */
export function originUpgrade(socket: Duplex): UpgradeStream {
  const fromOrigin = socketBody(socket);
  return {
    fromOrigin,
    sendToOrigin(chunk) {
      if (socket.destroyed || !socket.writable || chunk.data === undefined || socket.write(chunk.data)) return;
      return drained(socket);
    },
    endToOrigin() {
      if (!socket.destroyed && socket.writable) socket.end();
    },
  };
}
