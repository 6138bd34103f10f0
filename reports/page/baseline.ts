import { dataTable } from '../charts/figure.ts';
import { baselineWords, changeWords, provenLoss } from '../ci/baseline-words.ts';
import type { AgainstBaseline } from '../ci/gate-entry.ts';
import { configurationWords } from '../view/axis-words.ts';
import { html, type Markup } from './html.ts';

/** Against a stored result on the same seeds: paired differences, cell by cell. Nothing without a baseline. */
export function baselineSection(baseline: AgainstBaseline | null): Markup | null {
  if (baseline === null) return null;
  const { comparison } = baseline;
  const kind = provenLoss(baseline) ? 'missed' : comparison.comparable ? 'met' : 'inconclusive';
  const words = html`<h2 id="baseline">Against ${baseline.against}</h2>
<p><span class="word ${kind}">${{ met: '✓', missed: '✗', inconclusive: '?' }[kind]}</span> Availability: ${baselineWords(baseline)}.</p>
`;
  if (!comparison.comparable) return words;
  return html`${words}${comparison.notes.map((note) => html`<p class="muted">${note}</p>`)}${dataTable({
    caption: 'Availability now minus baseline, in percentage points, paired over the same seeds',
    head: ['Configuration', 'Change', 'Verdict', 'Pairs'],
    rows: comparison.cells.map((cell) => [
      configurationWords(Object.keys(cell.axes), cell.axes) || 'this configuration',
      changeWords(cell),
      cell.verdict,
      String(cell.n),
    ]),
  })}
`;
}
