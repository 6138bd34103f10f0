/** The path of an origin-form target: everything before the first `?`. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/** Characters that may make a path mean something else to the application than to us. */
const suspicious = /[%\\]|\/[./]|[^\x21-\x7e]/;
/** A server may decode once for routing and once more for files; nobody is known to go further. */
const decodings = 3;

/**
 * What the most eager application could read the path as: percent-decoded to the end, `\` as `/`, slashes merged. The same
 * text when there is nothing to decode (the usual case); undefined when it is unsafe: dot segments, control characters,
 * a leading `//`, bytes that are no UTF-8, still encoded after three rounds.
 */
export function decodedPath(path: string): string | undefined {
  if (!path.startsWith('/')) return undefined;
  if (!suspicious.test(path)) return path;
  if (path.startsWith('//') || path.startsWith('/\\')) return undefined;
  let text = path;
  for (let i = 0; i < decodings && text.includes('%'); i++) {
    try {
      text = decodeURIComponent(text);
    } catch {
      // A literal percent sign is what a first decoding leaves of `%25`; unclean bytes at the first are refused.
      if (i === 0) return undefined;
      break;
    }
  }
  if (/%[0-9a-f]{2}/i.test(text)) return undefined;
  const merged = text.replaceAll('\\', '/').replace(/\/{2,}/g, '/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(merged)) return undefined;
  return /\/\.\.?(?:[/;]|$)/.test(merged) ? undefined : merged;
}

/**
 * Where a user may be sent back to after signing in: a path of the same application as given, anything else (another
 * site, a scheme, `//host`, `/\host`, control characters) becomes `home`, the application's own path.
 */
export function safeReturnPath(target: string, home = '/'): string {
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(target) || target.includes('\\') || target.length > 2048) return home;
  return target;
}
