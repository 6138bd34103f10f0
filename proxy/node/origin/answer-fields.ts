import { fieldName } from '../../host/field-names.ts';
import type { HeaderPairs } from '../../host/message.ts';
import { NameKinds } from '../../host/name-kinds.ts';
import { hopFields } from '../hop-fields.ts';

const dropped = new Set(hopFields);
const kinds = new NameKinds<'plain' | 'length' | 'transfer' | 'connection' | 'dropped'>((name) => {
  const key = name.toLowerCase();
  if (key === 'content-length') return 'length';
  if (key === 'transfer-encoding') return 'transfer';
  if (key === 'connection') return 'connection';
  return dropped.has(key) ? 'dropped' : 'plain';
});

/**
 * The fields of a backend's answer as pairs, or the reason why they cannot be trusted: framing that two readers could
 * understand in two ways (RFC 9112 6.3) must not be passed on.
 */
export function answerFields(raw: readonly (Buffer | string)[]): HeaderPairs | string {
  const pairs: Array<readonly [string, string]> = [];
  let length: string | undefined;
  let transfer: string | undefined;
  let named: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = nameOf(raw[i]);
    const value = text(raw[i + 1]);
    const kind = kinds.of(name);
    if (kind === 'plain') pairs.push([name, value]);
    else if (kind === 'length') {
      if (!/^[0-9]{1,15}$/.test(value)) return 'Content-Length is not a number';
      if (length !== undefined && Number(length) !== Number(value)) return 'two different Content-Length';
      if (length === undefined) pairs.push([name, String(Number(value))]);
      length = value;
    } else if (kind === 'transfer') transfer = transfer === undefined ? value : `${transfer},${value}`;
    else if (kind === 'connection') named = named.concat(value.split(',').map((option) => option.trim().toLowerCase()));
  }
  if (transfer !== undefined) {
    if (length !== undefined) return 'Content-Length and Transfer-Encoding';
    if (transfer.trim().toLowerCase() !== 'chunked') return 'Transfer-Encoding other than chunked';
  }
  const odd = named.filter((option) => option !== 'keep-alive' && option !== 'close' && option !== 'upgrade');
  return odd.length === 0 ? pairs : pairs.filter(([name]) => !odd.includes(name.toLowerCase()));
}

/** What is no token is told as it came; whoever sends it on refuses it. */
function nameOf(part: Buffer | string | undefined): string {
  if (part === undefined || typeof part === 'string') return part ?? '';
  return fieldName(part, 0, part.length) ?? part.toString('latin1');
}

function text(part: Buffer | string | undefined): string {
  if (part === undefined) return '';
  return typeof part === 'string' ? part : part.toString('latin1');
}
