import { HoldfastError } from '../../proxy/host/errors.ts';

/** ERR_RESIDUE: what a run could not take away again, by name, and the failure that led there, if any. */
export function residueError(left: readonly string[], cause?: unknown): HoldfastError {
  const names = left.join(', ');
  const after = cause instanceof Error ? `; it came to that after: ${cause.message}` : '';
  return new HoldfastError('ERR_RESIDUE', `left behind by this run: ${names}${after}`, {
    facts: { residue: names },
    hint: 'end these by hand; the run counts for nothing',
    cause,
  });
}
