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
    last = withoutTail(bare);
    if (last !== '') segments.push(last);
    else if (bare.includes('.')) return undefined;
  }
  if (segments.length === 0) return '/';
  return last === '' ? `/${segments.join('/')}/` : `/${segments.join('/')}`;
}

/** Without the dots and blanks at its end; step by step, since a pattern would try each of them as the first. */
function withoutTail(segment: string): string {
  let end = segment.length;
  while (end > 0 && /[.\s]/u.test(segment[end - 1] as string)) end--;
  return segment.slice(0, end);
}
