/** Colour is an extra: every line reads the same without it. `color` is decided by the caller (NO_COLOR, TTY, flags). */
export type Ink = 'good' | 'bad' | 'unsure' | 'strong' | 'dim';

const codes: Readonly<Record<Ink, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  unsure: [33, 39],
  strong: [1, 22],
  dim: [2, 22],
};

export type Paint = (ink: Ink, text: string) => string;

export function painter(color: boolean): Paint {
  return (ink, text) => (color && text !== '' ? `\u001b[${codes[ink][0]}m${text}\u001b[${codes[ink][1]}m` : text);
}

export const verdictInk = { met: 'good', missed: 'bad', inconclusive: 'unsure' } as const;
