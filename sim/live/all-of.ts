/**
 * Waits for all of them, whatever becomes of each, and only then throws the first failure: what is undone piece by piece
 * must not stop at the first piece that resists.
 */
export async function allOf<T>(works: ReadonlyArray<Promise<T>>): Promise<T[]> {
  const ends = await Promise.allSettled(works);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
