import { stringify } from 'yaml';
import type { Scenario } from '../plan/scenario.ts';
import { scenarioProse } from './prose.ts';
import { writtenScenario } from './written.ts';

export type ExplainForm = 'prose' | 'json' | 'yaml';

/**
 * The scenario with every default shown: read aloud, or as JSON or YAML that reads back to the same scenario and digest.
 * Ends with a line break.
 */
export function explainScenario(scenario: Scenario, as: ExplainForm): string {
  if (as === 'prose') return `${scenarioProse(scenario)}\n`;
  const written = writtenScenario(scenario);
  return as === 'json' ? `${JSON.stringify(written, null, 2)}\n` : stringify(written, { lineWidth: 120 });
}
