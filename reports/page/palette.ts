/** Every colour of a report, in one place: the style sheet is made from it and a test measures its contrast. */
export interface Palette {
  readonly ground: string;
  readonly panel: string;
  readonly rule: string;
  readonly ink: string;
  readonly muted: string;
  readonly met: string;
  readonly missed: string;
  readonly inconclusive: string;
  /** Measured curve, independent-failure arithmetic, ceiling of shared parts. */
  readonly measured: string;
  readonly arithmetic: string;
  readonly ceiling: string;
  /** Six bins diverging at the objective, from far below to far above, with the text colour of each. */
  readonly bins: ReadonlyArray<readonly [ground: string, ink: string]>;
  /** One per cause group, in the order of `causeGroups`; text on them is `onGroup`. */
  readonly groups: readonly string[];
  readonly onGroup: string;
}

export const light: Palette = {
  ground: '#ffffff',
  panel: '#f6f8fa',
  rule: '#d1d9e0',
  ink: '#1b1f24',
  muted: '#59636e',
  met: '#1a7f37',
  missed: '#b3261e',
  inconclusive: '#8a5a00',
  measured: '#0067a6',
  arithmetic: '#b34700',
  ceiling: '#8a2f8f',
  bins: [
    ['#7f3b08', '#ffffff'],
    ['#c9691a', '#000000'],
    ['#f6c58b', '#000000'],
    ['#c6dbef', '#000000'],
    ['#5a9fd4', '#000000'],
    ['#08306b', '#ffffff'],
  ],
  groups: ['#0067a6', '#b34700', '#8a2f8f', '#3f5878', '#00705a', '#7a5c00', '#7b4434', '#59636e'],
  onGroup: '#ffffff',
};

export const dark: Palette = {
  ground: '#0d1117',
  panel: '#151b23',
  rule: '#30363d',
  ink: '#e6edf3',
  muted: '#9aa4af',
  met: '#4ac26b',
  missed: '#ff8078',
  inconclusive: '#e3b341',
  measured: '#62b0f5',
  arithmetic: '#ffa061',
  ceiling: '#dc9be0',
  bins: [
    ['#ffb070', '#000000'],
    ['#a8561a', '#ffffff'],
    ['#573719', '#ffffff'],
    ['#1d3a57', '#ffffff'],
    ['#3a77b3', '#ffffff'],
    ['#a5d0ff', '#000000'],
  ],
  groups: ['#62b0f5', '#ffa061', '#dc9be0', '#9fb4d0', '#5cc8a8', '#d6b656', '#d69a88', '#9aa4af'],
  onGroup: '#000000',
};
