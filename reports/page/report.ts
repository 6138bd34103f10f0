import type { RunResult } from '../../sim/store/result.ts';
import { curvesChart } from '../charts/curves.ts';
import { compositionChart, lossesChart } from '../charts/losses.ts';
import { matrixChart } from '../charts/matrix.ts';
import { timelineChart } from '../charts/timeline.ts';
import { plain, plural } from '../text.ts';
import { lossSentence } from '../view/cause-words.ts';
import { gainSentences } from '../view/gain.ts';
import { gapSentences } from '../view/gap.ts';
import { cellWords } from '../view/headline.ts';
import { sharedPartWords } from '../view/plan-words.ts';
import { headCell } from '../view/verdict-words.ts';
import { baselineSection } from './baseline.ts';
import { definitions, provenance } from './closing.ts';
import type { ReportExtras } from './extras.ts';
import { scriptHash, styleHash } from './hashes.ts';
import { pageHead } from './head.ts';
import { constant, html, type Markup } from './html.ts';
import { objectivesTable } from './objectives.ts';
import { script } from './script.ts';
import { style } from './style.ts';

const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${scriptHash}'; img-src data:; base-uri 'none'; form-action 'none'`;

/**
 * report.html: one file, complete without script and network. A pure function of its input: equal input, equal bytes,
 * whatever the engine, time zone and locale.
 */
export function renderReport(result: RunResult, extras: ReportExtras = {}): string {
  const plan = extras.plan ?? null;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${constant(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${result.tool.name} ${result.tool.version}">
<link rel="icon" href="data:,">
<title>${result.scenario.name} · Holdfast</title>
<style>${constant(style)}</style>
</head>
<body>
<main>
${pageHead(result, plan)}
${objectivesSection(result)}
${baselineSection(extras.baseline ?? null)}
${redundancySections(result, extras)}
${timeSection(result)}
${lossSection(result)}
${provenance(result, extras)}
${definitions(result, plan)}
<footer>Drawn from result.json, which holds every figure in full.</footer>
</main>
<script>${constant(script)}</script>
</body>
</html>
`;
  return page.text;
}

function objectivesSection(result: RunResult): Markup {
  const index = headCell(result);
  const cell = index === null ? undefined : result.cells[index];
  const which =
    cell === undefined || result.cells.length < 2 ? null : html`<p class="muted">For ${cellWords(result, cell)}.</p>`;
  return html`<h2 id="objectives">Objectives</h2>
${which}${objectivesTable(cell?.objectives ?? result.objectives)}${unrecovered(cell ?? result)}`;
}

/** Recovery is measured only where it was seen: say how often it was not. */
function unrecovered(at: Pick<RunResult, 'measurement'>): Markup | null {
  const { unrecovered: times } = at.measurement;
  if (times <= 0) return null;
  return html`<p class="muted">After ${plural(times, 'fault')} service was not seen to come back: the next fault or the end of the run came first.</p>
`;
}

function redundancySections(result: RunResult, extras: ReportExtras): Markup {
  const sweep = result.cells.length > 1;
  const gap = gapSentences(result);
  const gains = gainSentences(result);
  const parts = sharedPartWords(extras.plan ?? null);
  const who = parts === '' ? null : html`<p class="muted">Shared parts that fail in this scenario: ${parts}.</p>`;
  if (!sweep)
    return gap.length === 0 ? html`` : html`<h2 id="gap">Beside the arithmetic</h2><p>${gap.join(' ')}</p>${who}`;
  return html`<h2 id="redundancy">How much redundancy?</h2>
${gains.map((sentence) => html`<p>${sentence}</p>`)}
${matrixChart(result)}
<h2 id="gap">What redundancy promises, and what it gives</h2>
${gap.map((sentence) => html`<p>${sentence}</p>`)}
${who}${curvesChart(result)}`;
}

function timeSection(result: RunResult): Markup | null {
  if (result.timeline === null) return null;
  return html`<h2 id="time">What broke, and when</h2>
${timelineChart(result, result.timeline)}`;
}

function lossSection(result: RunResult): Markup {
  const index = headCell(result);
  const losses = (index === null ? result : (result.cells[index] ?? result)).measurement.losses;
  const cell = index === null || result.cells.length < 2 ? undefined : result.cells[index];
  if (losses.length === 0) return html`<h2 id="why">Why requests were lost</h2><p>No request was lost.</p>`;
  const which = cell === undefined ? '' : ` For ${cellWords(result, cell)}.`;
  return html`<h2 id="why">Why requests were lost</h2>
<p>${plain(`${lossSentence(losses)}${which}`)}</p>
${lossesChart(losses)}
${compositionHeading(result)}`;
}

function compositionHeading(result: RunResult): Markup | null {
  const chart = result.cells.length > 1 ? compositionChart(result) : null;
  return chart === null ? null : html`<h3>What more redundancy removes, and what stays</h3>${chart}`;
}
