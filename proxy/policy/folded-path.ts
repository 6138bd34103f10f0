/**
 * What the most lenient application could read a decoded path as, for comparing paths only: letters of either case and
 * width as one, a segment's parameters (`;…`, Java servers) and stream names (`:…`, Windows files) cut off, and the dots and
 * blanks at its end (Windows files). Undefined: a segment of nothing but dots and blanks, which may climb.
 */
export function foldedPath(path: string): string | undefined {
  const segments: string[] = [];
  let last = '';
  for (const segment of path.normalize('NFKC').toLowerCase().split('/')) {
    const bare = segment.replace(/[;:].*$/su, '');
    last = bare.replace(/[.\s]+$/u, '');
    if (last !== '') segments.push(last);
    else if (bare.includes('.')) return undefined;
  }
  if (segments.length === 0) return '/';
  return last === '' ? `/${segments.join('/')}/` : `/${segments.join('/')}`;
}
