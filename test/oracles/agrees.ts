import * as assert from 'uvu/assert';

/**
 * How many standard errors an oracle and the engine may be apart. By chance alone 4.5 are passed once in 150,000 figures
 * (normal, two-sided): with about a hundred figures here a new seed fails once in 1,500, a wrong engine always.
 */
const standardErrors = 4.5;

/** Fails when `seen` is further from what the theory says than chance can explain. */
export function agrees(what: string, seen: number, theory: number, standardError: number): void {
  const off = Math.abs(seen - theory) / standardError;
  const figures = `${what}: seen ${seen.toPrecision(5)}, theory ${theory.toPrecision(5)}, standard error ${standardError.toPrecision(3)}`;
  if (process.env['ORACLE_FIGURES'] !== undefined) console.log(`${figures}, ${off.toFixed(1)} apart`);
  assert.ok(off <= standardErrors, `${figures}: ${off.toFixed(1)} standard errors apart`);
}
