import { type Micros, micros } from '../../proxy/host/units.ts';
import type { CommonCause, FailureClock, ScalableTimeout, Scenario, ScenarioFaults } from './scenario.ts';

/**
 * The scenario with policy durations divided by its time scale: horizon, outages, MTBF and MTTR, lifetimes of tokens, keys
 * and tickets. Physical durations (service time, round trip, heartbeat, detection, handshake, restart) stay as they are;
 * time-outs only scale when the scenario names them.
 */
export function scaledInTime(scenario: Scenario): Scenario {
  const { timeScale, scaledTimeouts } = scenario.run;
  if (timeScale === 1) return scenario;
  const scale = (span: Micros): Micros => micros(Math.max(1, span / timeScale));
  const named = (name: ScalableTimeout, span: Micros): Micros => (scaledTimeouts.includes(name) ? scale(span) : span);
  const { identity, directory, behaviour } = scenario;
  return {
    ...scenario,
    run: { ...scenario.run, duration: scale(scenario.run.duration) },
    identity: {
      ...identity,
      sessionLife: { from: scale(identity.sessionLife.from), to: scale(identity.sessionLife.to) },
      exchangeTimeout: named('exchange timeout', identity.exchangeTimeout),
      keysCachedFor: scale(identity.keysCachedFor),
      keysStaleFor: scale(identity.keysStaleFor),
    },
    directory:
      directory === null
        ? null
        : {
            ...directory,
            ticketLife: scale(directory.ticketLife),
            negativeCache: named('negative cache', directory.negativeCache),
          },
    behaviour: {
      ...behaviour,
      connectorWait: named('connector wait', behaviour.connectorWait),
      queue: { ...behaviour.queue, timeout: named('queue timeout', behaviour.queue.timeout) },
    },
    applications: scenario.applications.map((application) => ({
      ...application,
      backendTimeout: named('backend timeout', application.backendTimeout),
    })),
    outcome: { ...scenario.outcome, deadline: named('deadline', scenario.outcome.deadline) },
    faults: scaledFaults(scenario.faults, scale),
  };
}

function scaledFaults(faults: ScenarioFaults, scale: (span: Micros) => Micros): ScenarioFaults {
  const start = (at: Micros): Micros => (at === 0 ? at : scale(at));
  const clock = <T extends FailureClock>(one: T): T => ({ ...one, mtbf: scale(one.mtbf), mttr: scale(one.mttr) });
  const span = (one: Micros | null): Micros | null => (one === null ? null : scale(one));
  const timing = (one: CommonCause['timing']): CommonCause['timing'] =>
    one.kind === 'random' ? clock(one) : { ...one, at: start(one.at), span: span(one.span) };
  return {
    schedule: faults.schedule.map((fault) => ({ ...fault, at: start(fault.at), span: span(fault.span) })),
    random: faults.random.map(clock),
    together: faults.together.map((cause) => ({ ...cause, timing: timing(cause.timing) })),
  };
}
