import { drifts } from '../../measure/drift.ts';
import type { Job, JobResult, Watch, Workforce } from '../job.ts';
import { type WindowBlueprint, windowJob } from './window-job.ts';

/** A kind of window with the samples simulated so far; shared by all cells and replications it occurs in. */
export class WindowType {
  readonly blueprint: WindowBlueprint;
  readonly results: JobResult[] = [];
  /** Independent samples that are enough to share their mean; set by what the type can matter. */
  enough: number;
  /** Samples asked for; at least as many as there are results. */
  wanted = 0;
  /** Microseconds of warm-up beyond what the rules say: its samples drifted with less. */
  patience = 0;
  /** How often its warm-up was doubled. */
  doublings = 0;
  /** Most occurrences in each replication, over the cells: cells of one replication share its samples. */
  readonly #most: number[] = [];
  #first: number[] | undefined;
  #distinct = 0;
  #warmUp: number | undefined;

  constructor(blueprint: WindowBlueprint, enough: number) {
    this.blueprint = blueprint;
    this.enough = enough;
  }

  get key(): string {
    return this.blueprint.key;
  }

  /** It occurs more often than it needs to be sampled, so its mean is shared; else each occurrence has its own sample. */
  get isShared(): boolean {
    return this.isStretch || this.distinct > this.enough;
  }

  /** Length of a sample, microseconds. */
  get length(): number {
    const { segment, stretchLength } = this.blueprint;
    return segment.kind === 'stretch' ? stretchLength : segment.to - segment.from;
  }

  /** Availability windows in a sample of a stretch; what surrounds a change is one, however long. */
  get windowsPerSample(): number {
    return this.isStretch ? Math.max(1, Math.round(this.length / this.blueprint.plan.outcome.window)) : 1;
  }

  get isStretch(): boolean {
    return this.blueprint.segment.kind === 'stretch';
  }

  /** Some cell has this window `count` times in this replication. */
  occurs(replication: number, count: number): void {
    const more = count - (this.#most[replication] ?? 0);
    if (more <= 0) return;
    while (this.#most.length <= replication) this.#most.push(0);
    this.#most[replication] = count;
    this.#distinct += more;
    this.#first = undefined;
  }

  /** Occurrences that would each need a sample of their own. */
  get distinct(): number {
    return this.#distinct;
  }

  /** The sample that belongs to an occurrence when each has its own: 0, 1, … over the replications in order. */
  firstSampleOf(replication: number): number {
    if (this.#first === undefined) {
      let sum = 0;
      this.#first = this.#most.map((count) => {
        sum += count;
        return sum - count;
      });
    }
    return this.#first[replication] ?? this.#distinct;
  }

  want(samples: number): void {
    this.wanted = Math.max(this.wanted, samples);
  }

  /** Requests one sample sends inside its range, on average. */
  get expectedRequests(): number {
    return (this.#perSecond * this.length) / 1_000_000;
  }

  /** Requests one sample sends with its warm-up, about: its cost. */
  get requestsPerSample(): number {
    return (this.#perSecond * (this.length + this.warmUp)) / 1_000_000;
  }

  /** Its samples are not stationary yet; `tests`: states that are looked at. */
  drifts(tests: number): boolean {
    return drifts(
      this.results.flatMap(({ halves }) => (halves === undefined ? [] : [halves])),
      tests,
    );
  }

  /** Microseconds before the count of a sample begins. */
  get warmUp(): number {
    this.#warmUp ??= windowJob(this.blueprint, 0).range.from;
    return this.#warmUp + this.patience;
  }

  get #perSecond(): number {
    return this.blueprint.plan.workloads.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  }
}

export class WindowTypes {
  readonly #byKey = new Map<string, WindowType>();
  readonly #pilot: number;
  /** By state: microseconds that it needs beyond what the rules say, until it is stationary. */
  readonly #patience = new Map<string, number>();
  /** By state: microseconds that windows which lead to it last longer besides, since they did not end in it. */
  readonly #longer = new Map<string, { readonly span: number; readonly times: number }>();

  /** `pilot`: samples every type starts with, when it occurs that often. */
  constructor(pilot: number) {
    this.#pilot = pilot;
  }

  /** The type of this key, made when it is new. */
  of(key: string, blueprint: () => WindowBlueprint): WindowType {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const type = new WindowType(blueprint(), this.#pilot);
    type.patience = this.patienceWith(type.blueprint.states[0] ?? '');
    this.#byKey.set(key, type);
    return type;
  }

  /** Microseconds that a state needs beyond what the rules say; by the key of its stretch. */
  patienceWith(state: string): number {
    return this.#patience.get(state) ?? 0;
  }

  /** Whether any state needs more than the rules say. */
  get patient(): boolean {
    return this.#patience.size + this.#longer.size > 0;
  }

  /** Microseconds beyond what the rules say from a change until windows end in this state; by the key of its stretch. */
  settlesLater(state: string): number {
    return this.patienceWith(state) + (this.#longer.get(state)?.span ?? 0);
  }

  /** How often windows that lead to this state were made longer. */
  timesLonger(state: string): number {
    return this.#longer.get(state)?.times ?? 0;
  }

  /** Makes windows that lead to this state `more` microseconds longer from the next cut on. */
  makeLonger(state: string, more: number): void {
    const { span, times } = this.#longer.get(state) ?? { span: 0, times: 0 };
    this.#longer.set(state, { span: span + more, times: times + 1 });
  }

  /** The type of this key, if any. */
  known(key: string): WindowType | undefined {
    return this.#byKey.get(key);
  }

  /** Doubles the warm-up of a state; samples that begin in it are to be simulated anew. */
  beMorePatient(stretch: WindowType): void {
    stretch.doublings++;
    const more = stretch.patience + stretch.warmUp;
    this.#patience.set(stretch.key, more);
    for (const type of this.all()) {
      if (type.blueprint.states[0] !== stretch.key) continue;
      type.patience = more;
      type.results.length = 0;
    }
  }

  all(): readonly WindowType[] {
    return [...this.#byKey.values()];
  }

  /** Simulates what is wanted and missing, in an order that depends on the plans alone. False: interrupted. */
  async simulate(workforce: Workforce, watch: Watch): Promise<boolean> {
    const todo: { type: WindowType; job: Job }[] = [];
    for (const type of this.all()) {
      for (let sample = type.results.length; sample < type.wanted; sample++) {
        todo.push({ type, job: windowJob(type.blueprint, sample, type.patience) });
      }
    }
    const results = await workforce.run(
      todo.map(({ job }) => job),
      watch,
    );
    results.forEach((result, i) => {
      todo[i]?.type.results.push(result);
    });
    return results.length === todo.length;
  }

  missing(): number {
    return this.all().reduce((sum, type) => sum + Math.max(0, type.wanted - type.results.length), 0);
  }
}
