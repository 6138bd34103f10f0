/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`: optimal string alignment. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replace, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}

/**
 * The known name a mistyped one most likely stands for: at most a third of its letters wrong (at least one), case aside,
 * or one that contains it. Ties go to the first. Undefined: nothing is near. Names longer than 80 characters are not compared.
 */
export function nearest(wrong: string, known: readonly string[]): string | undefined {
  if (wrong.length === 0 || wrong.length > 80) return undefined;
  const lower = wrong.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wrong.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(lower, name.toLowerCase());
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best ?? known.find((name) => lower.length >= 3 && name.toLowerCase().includes(lower));
}

/** `did you mean "x"?`, or the list of what there is. */
export function suggestion(wrong: string, known: readonly string[]): string {
  const near = nearest(wrong, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0) return 'there is none';
  return `there is ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`;
}
