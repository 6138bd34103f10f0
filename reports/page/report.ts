import type { RunResult } from '../../sim/store/result.ts';
import type { ReportExtras } from './extras.ts';
import { scriptHash, styleHash } from './hashes.ts';
import { pageHead } from './head.ts';
import { constant, html } from './html.ts';
import { script } from './script.ts';
import { sections } from './sections.ts';
import { style } from './style.ts';

const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${scriptHash}'; img-src data:; base-uri 'none'; form-action 'none'`;

/**
 * report.html: one file, complete without script and network. A pure function of its input: equal input, equal bytes,
 * whatever the engine, time zone and locale.
 */
export function renderReport(result: RunResult, extras: ReportExtras = {}): string {
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
${pageHead(result, extras.plans ?? [])}
${sections.map((section) => section(result, extras))}
<footer>Drawn from result.json, which holds every figure in full.</footer>
</main>
<script>${constant(script)}</script>
</body>
</html>
`;
  return page.text;
}
