import { NameKinds } from '../host/name-kinds.ts';

/** Names whose values never reach a log, whatever they look like. */
const secretName = /^(authorization|proxy-authorization|cookie|set-cookie|.*(password|secret|token))$/i;
/** Characters of base64url and dots as they stand together in a text. */
const dotted = /[A-Za-z0-9_.-]+/g;
/** Credentials of an Authorization header wherever they turn up in a text. */
const scheme = /\b(Bearer|Basic|Negotiate|Digest)\s+[A-Za-z0-9+/=_.~-]{6,}/gi;
/** Parameters of sign-in redirects and token requests. */
const parameter = /\b(code|state|nonce|id_token|access_token|refresh_token|client_secret|code_verifier)=[^&\s"]+/gi;

/** In every text that one of the three could change. */
const suspicious = /eyJ|=|\s/;

const secret = new NameKinds<boolean>((name) => secretName.test(name));

type Fact = string | number | boolean;

/** A fact as it may be written down: credentials, cookies and anything shaped like a token are replaced. */
export function redactFact(name: string, value: Fact): Fact {
  if (typeof value !== 'string') return value;
  if (secret.of(name)) return '[redacted]';
  return redactText(value);
}

/** The text without JWTs, Authorization credentials and sign-in parameters. */
function redactText(text: string): string {
  if (text.length < 8 || !suspicious.test(text)) return text;
  const plain = text.includes('eyJ') ? text.replace(dotted, withoutJwts) : text;
  return plain.replace(scheme, '$1 [redacted]').replace(parameter, '$1=[redacted]');
}

/**
 * A JWT, signed or not, is three base64url parts of which the first starts as `{"` does and has four characters more. Each
 * part is looked at once: a pattern over all three would try every `eyJ` of a text that strangers choose, to its end.
 */
function withoutJwts(text: string): string {
  const parts = text.split('.');
  const kept: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    const start = part.indexOf('eyJ');
    if (start < 0 || part.length < start + 7 || i + 2 >= parts.length || parts[i + 1] === '') {
      kept.push(part);
      continue;
    }
    kept.push(`${part.slice(0, start)}[redacted]`);
    i += 2;
  }
  return kept.join('.');
}
