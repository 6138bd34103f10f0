/** Reports: pure functions from results to text. No clock, no locale, no files: the caller writes what they return. */

export type { AgainstBaseline, GateEntry, OnInconclusive } from './ci/gate-entry.ts';
export { renderGateLines } from './ci/gate-lines.ts';
export { renderGithubSummary, summaryByteLimit } from './ci/github-summary.ts';
export { junitFileName, renderJUnit } from './ci/junit.ts';
export type { ReportExtras } from './page/extras.ts';
export { renderReport } from './page/report.ts';
export { type Progress, renderProgress, renderProgressLine } from './terminal/progress.ts';
export { renderTerminal, type TerminalOptions } from './terminal/run.ts';
