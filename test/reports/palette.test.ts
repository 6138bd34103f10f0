import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dark, light, type Palette } from '../../reports/page/palette.ts';
import { style } from '../../reports/page/style.ts';
import { causeGroups } from '../../reports/view/cause-words.ts';

/** Relative luminance and contrast as WCAG 2.2 defines them; unrounded. */
function luminance(hex: string): number {
  const channel = (from: number): number => {
    const c = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test('the measure itself: black on white is 21, equal colours 1', () => {
  assert.is(contrast('#000000', '#ffffff'), 21);
  assert.is(contrast('#abcdef', '#abcdef'), 1);
});

for (const [name, palette] of Object.entries<Palette>({ light, dark })) {
  test(`${name}: text at 4.5:1, marks at 3:1`, () => {
    for (const ground of [palette.ground, palette.panel]) {
      for (const text of ['ink', 'muted', 'met', 'missed', 'inconclusive'] as const) {
        assert.ok(contrast(palette[text], ground) >= 4.5, `${text} ${contrast(palette[text], ground)}`);
      }
      for (const mark of ['measured', 'arithmetic', 'ceiling'] as const) {
        assert.ok(contrast(palette[mark], ground) >= 3, mark);
      }
    }
    for (const [ground, ink] of palette.bins) assert.ok(contrast(ground, ink) >= 4.5, `${ground} ${ink}`);
    for (const group of palette.groups) {
      assert.ok(contrast(group, palette.onGroup) >= 4.5, group);
      assert.ok(contrast(group, palette.ground) >= 3, group);
    }
    assert.is(palette.bins.length, 6);
    assert.is(palette.groups.length, causeGroups.length);
  });
}

test('a cell of the matrix has an edge that stands out from the page, whatever its colour', () => {
  const [, edge] = /\.cell rect\{stroke:var\(--(\w+)\)/.exec(style) ?? [];
  assert.is(edge, 'muted');
  for (const palette of [light, dark]) assert.ok(contrast(palette.muted, palette.ground) >= 3);
});

test('neighbouring bins differ, and colours come from the palette only', () => {
  for (const palette of [light, dark]) {
    for (const [at, [ground]] of palette.bins.slice(1).entries()) assert.is.not(ground, palette.bins[at]?.[0]);
  }
  const known = new Set(JSON.stringify([light, dark]).match(/#[0-9a-f]{6}/g));
  for (const color of style.match(/#[0-9a-f]{6}\b/g) ?? []) assert.ok(known.has(color), color);
});

test.run();
