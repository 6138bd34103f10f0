/** The shortest equivalent path: no double slash, no `.` or `..`; a trailing slash stays (and then matches nothing). */
export function cleanPath(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') kept.pop();
    else kept.push(part);
  }
  const trailing = path.endsWith('/') && kept.length > 0 ? '/' : '';
  return `/${kept.join('/')}${trailing}`;
}
