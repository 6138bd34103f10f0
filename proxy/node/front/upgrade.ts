import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseMessage, UpgradeStream } from '../../host/message.ts';
import { drained } from '../drained.ts';
import { socketBody } from '../socket-body.ts';
import { type AnswerOptions, answerHead, writeAnswer } from './answer.ts';
import { endSocket } from './end-socket.ts';

/**
 * Answers a WebSocket handshake: 101 turns the socket into a two-way stream; anything else goes out as an ordinary
 * answer and the connection ends, because what the client sent after its handshake is not HTTP.
 */
export async function answerHandshake(
  request: IncomingMessage,
  socket: Socket,
  message: ResponseMessage,
  options: AnswerOptions & { readonly upgradeIdleMs: number },
): Promise<void> {
  if (socket.destroyed) {
    message.upgrade?.endToOrigin();
    message.upgrade?.fromOrigin.cancel('client gone');
    message.body?.cancel('client gone');
    return;
  }
  const head = message.status === 101 ? answerHead(message.headers) : undefined;
  if (head !== undefined && message.upgrade !== undefined) {
    socket.write(handshakeText(head.fields));
    join(socket, message.upgrade, options.upgradeIdleMs);
    return;
  }
  message.upgrade?.fromOrigin.cancel('not switched');
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  const onDrain = (): void => void response.emit('drain');
  socket.on('drain', onDrain);
  const finished = new Promise<void>((resolve) => response.on('close', resolve).on('finish', resolve));
  await writeAnswer(response, message, { ...options, close: true });
  await finished;
  response.detachSocket(socket);
  socket.off('drain', onDrain);
  endSocket(socket);
}

function handshakeText(fields: readonly string[]): string {
  let text = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return `${text}\r\n`;
}

/** Carries bytes both ways until both sides ended or one broke; back-pressure in both directions. */
function join(socket: Socket, upgrade: UpgradeStream, idleMs: number): void {
  socket.setTimeout(idleMs, () => socket.destroy());
  void toOrigin(socket, upgrade);
  void fromOrigin(socket, upgrade);
}

async function toOrigin(socket: Socket, upgrade: UpgradeStream): Promise<void> {
  const source = socketBody(socket);
  try {
    for (;;) {
      const pulled = source.pull();
      const chunk = pulled instanceof Promise ? await pulled : pulled;
      if (chunk === undefined) break;
      const wait = upgrade.sendToOrigin(chunk);
      if (wait instanceof Promise) await wait;
    }
    upgrade.endToOrigin();
  } catch {
    upgrade.endToOrigin();
    upgrade.fromOrigin.cancel('client gone');
  }
}

async function fromOrigin(socket: Socket, upgrade: UpgradeStream): Promise<void> {
  const source = upgrade.fromOrigin;
  try {
    for (;;) {
      const pulled = source.pull();
      const chunk = pulled instanceof Promise ? await pulled : pulled;
      if (chunk === undefined) break;
      if (socket.destroyed) {
        source.cancel('client gone');
        return;
      }
      if (chunk.data === undefined || socket.write(chunk.data)) continue;
      await drained(socket);
    }
    socket.end();
  } catch {
    socket.destroy();
  }
}
