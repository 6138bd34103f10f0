/** A path as a word of a shell command: quoted where it would be several words or more than a name. */
export const shellWord = (path: string): string =>
  /^[\w./\\:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
