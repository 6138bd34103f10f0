import type { Sample } from '../numbers.ts';
import { shareFigure } from '../numbers.ts';
import { plain } from '../text.ts';
import { displayWidth } from './columns.ts';

/** Where a run stands; the caller owns the clock and the stream (stderr). */
export interface Progress {
  /** What is counted: `cells`, `replications`, `seconds`. */
  readonly unit: string;
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
  /** Narrowing while it runs; null before there is one. */
  readonly availability: Sample | null;
  /** What is being worked on, e.g. `2 sites × 3 connectors per site`; may be empty. */
  readonly doing: string;
}

/** One line without a line end, never wider than `width`: a bar, counts, time, and the interval as it narrows. */
export function renderProgress(progress: Progress, width: number): string {
  const total = Math.max(1, progress.total);
  const share = Math.min(1, Math.max(0, progress.done / total));
  const barWidth = Math.max(5, Math.min(20, Math.floor(width / 4)));
  const full = Math.floor(share * barWidth);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  const parts = [`${bar} ${progress.done}/${progress.total} ${progress.unit}`, timeWords(progress, share)];
  const figure = progress.availability === null ? null : shareFigure(progress.availability, null);
  if (figure !== null) parts.push(`${figure.low === null ? figure.value : `${figure.low} … ${figure.high}`} % served`);
  if (progress.doing !== '') parts.push(plain(progress.doing));
  let line = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    if (displayWidth(line) + 3 + displayWidth(part) <= width) line += `   ${part}`;
  }
  return line.length <= width ? line : line.slice(0, width);
}

/** The same without a bar, for logs: a line every 10 % or 10 s is enough. */
export function renderProgressLine(progress: Progress): string {
  const percent = Math.floor((100 * progress.done) / Math.max(1, progress.total));
  const doing = progress.doing === '' ? '' : `  ${plain(progress.doing)}`;
  return `${percent} %  ${progress.done}/${progress.total} ${progress.unit}  ${clock(progress.elapsedMs)}${doing}`;
}

function timeWords(progress: Progress, share: number): string {
  const left = share > 0.02 && share < 1 ? `, about ${clock((progress.elapsedMs / share) * (1 - share))} left` : '';
  return `${clock(progress.elapsedMs)}${left}`;
}

function clock(spanMs: number): string {
  const seconds = Math.round(spanMs / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
