import type { RunResult } from '../../sim/store/result.ts';

/** Words of our own vocabulary; every other string of a result comes from a scenario and may be anything. */
const ours = new Set(['verdict', 'kind:objective', 'cause', 'method', 'engine', 'fidelity', 'stopReason']);

/** The same result with `text` put before every name a scenario can choose: axes, values, parts, faults, notes, … */
export function poisoned(result: RunResult, text: string): RunResult {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return ours.has(key) ? value : text + value;
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (value === null || typeof value !== 'object') return value;
    const own = 'limit' in value && 'verdict' in value ? 'kind:objective' : 'kind';
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        key === 'axes' ? text + name : name,
        walk(one, name === 'kind' ? own : key === 'axes' ? 'value' : name),
      ]),
    );
  };
  const { axes, ...rest } = result;
  const named = axes.map((axis) => ({
    name: text + axis.name,
    values: axis.values.map((value) => (typeof value === 'string' ? text + value : value)),
  }));
  return { ...(walk(rest, '') as Omit<RunResult, 'axes'>), axes: named };
}

/** Strings that broke other reports: end tags, handlers, entities, comments, template marks, controls, overrides. */
export const hostileStrings: readonly string[] = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></svg><svg onload=alert(1)>',
  '<!--<script>',
  ']]><!DOCTYPE x>',
  '&lt;script&gt;&#60;',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text under test
  '${alert(1)}`',
  'javascript:alert(1)',
  '\u0000\u001b[2J\u202Egnp.exe\uFEFF',
  '\uD800 lone',
  'x'.repeat(5_000),
  '𝒽𝑜𝓈𝓉𝒾𝓁𝑒 漢字 é 🧨',
  '__proto__',
];
