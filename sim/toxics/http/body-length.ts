import type { HttpMessage } from './head-effect.ts';

/**
 * How many bytes of body follow a head, as far as the head alone tells: Infinity for a chunked body and for an answer
 * that ends with its connection. The answer to HEAD has none, whatever its head says; that only its request tells.
 */
export function bodyLength({ head, bytes }: HttpMessage): number {
  if (head.kind === 'response' && /^(?:1..|204|304)$/.test(head.what)) return 0;
  const fields = bytes.toString('latin1', 0, head.length);
  if (/^transfer-encoding:/im.test(fields)) return Infinity;
  const length = /^content-length:[ \t]*(\d+)[ \t]*\r?$/im.exec(fields)?.[1];
  if (length !== undefined) return Number(length);
  return head.kind === 'request' ? 0 : Infinity;
}

/** True for an answer after which the one to the same request is still to come. */
export function isInterim({ kind, what }: HttpMessage['head']): boolean {
  return kind === 'response' && what.startsWith('1') && what !== '101';
}
