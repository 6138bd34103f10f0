import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { code, read, sources, withoutComments } from './source-tree.ts';

/** Only these touch wall clock, chance, timers and processes. */
const liveAdapters = ['proxy/node/', 'sim/live/', 'sim/toxics/', 'sim/cli/', 'sim/virtual/drain.ts'];

/** By name, called or not: `const { now } = Date` and `const clock = Date.now` touch the clock as well. */
const worldTouches = [
  // an instant that was given may be written as a date
  /(?<!\bnew )\bDate\b|\bnew Date\b(?!\([^)])/,
  /\bMath\.random\b|=\s*Math\b(?!\.)/,
  /\bperformance\.|=\s*performance\b/,
  /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b|\bAbortSignal\.timeout\b/,
  /\bprocess\.|=\s*process\s*;/,
  /(?<![.\w#])fetch\(|\b(globalThis|randomUUID|getRandomValues)\b/,
];
const powers = [/\bMath\.pow\b|=\s*Math\b(?!\.)/, /(^|[^*/])\*\*($|[^*/])/];

const draw = /\brandom\b\S*\.(u32|next|below|exponential|fork)\(/.source;
const secret = /(state|nonce|secret|session|token|verifier|cookie|ticket|code|(?<![a-z])id)/.source;
/** What is given a draw and named as a secret, and a draw that is named as one behind it. */
const drawnSecrets = [
  new RegExp(`${secret}\\w*['"]?\\s*[:=](?![=>]).*${draw}`, 'i'),
  new RegExp(`${secret}\\w*['"]?\\s*[:=](?![=>])\\s*(\\S*[.#])?random\\b`, 'i'),
  /random\w*\.(u32|next|below)\(.*\b(state|nonce|secret|session|token)\b/i,
];

/** What the proxy has seeded chance for: balancing, jitter, and what its models and samples draw. Nothing else takes it. */
const seededChance = [
  'connector/connector.ts',
  'connector/core-queue.ts',
  'connector/tunnel-keeper.ts',
  'directory/model.ts',
  'node/backend/faults.ts',
  'node/backend/sample-application.ts',
  'node/host.ts',
  'node/identity/oidc.ts',
  'node/identity/token-service.ts',
  'node/roles/backend.ts',
  'policy/backoff.ts',
  'policy/balancer.ts',
  'policy/ejection.ts',
  'policy/hold-off.ts',
  'policy/identity-exchange.ts',
  'policy/redial.ts',
  'service/connector-group.ts',
  'token/faults.ts',
  'token/model.ts',
].map((file) => `proxy/${file}`);
const takesChance = [/\b(seededRandom|Random)\b|[.#]random\b|\brandom\b.*\}\s*=/];

const breaks = (patterns: readonly RegExp[], line: string): boolean => patterns.some((pattern) => pattern.test(line));

function offences(files: readonly string[], patterns: readonly RegExp[]): string[] {
  return files.flatMap((file) =>
    code(file)
      .split('\n')
      .flatMap((line, index) => (breaks(patterns, line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

const product = ['proxy', 'sim', 'reports', 'scenarios'].flatMap(sources);

test('clocks, chance, timers and process stay in the live adapters', () => {
  const cores = product.filter((file) => !liveAdapters.some((adapter) => file.startsWith(adapter)));
  assert.equal(offences(cores, worldTouches), []);
});

test('no powers: they differ by one bit between V8 versions', () => {
  assert.equal(offences(product, powers), []);
});

test('secrets never come from seeded chance: proxy roles use Crypto for ids', () => {
  const roles = sources('proxy').filter((file) => !file.startsWith('proxy/host/'));
  assert.equal(offences(roles, drawnSecrets), []);
  const others = roles.filter((file) => !seededChance.includes(file));
  assert.equal(offences(others, takesChance), [], 'a file that needs seeded chance joins the list');
  const idle = seededChance.filter((file) => !roles.includes(file) || offences([file], takesChance).length === 0);
  assert.equal(idle, [], 'the list names nothing that does not take it');
});

test('no folder or file named util, helpers, common or misc', () => {
  assert.equal(
    [...product, ...sources('test')].filter((file) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts|-)/.test(file)),
    [],
  );
});

test('every test file runs its tests', () => {
  const silent = sources('test').filter((file) => file.endsWith('.test.ts') && !/\.run\(\);\s*$/.test(read(file)));
  assert.equal(silent, []);
});

test('a ban can fail', () => {
  const fails = (patterns: readonly RegExp[], ...lines: readonly string[]): void => {
    for (const line of lines) assert.ok(breaks(patterns, line), line);
  };
  const passes = (patterns: readonly RegExp[], ...lines: readonly string[]): void => {
    for (const line of lines) assert.not.ok(breaks(patterns, line), line);
  };
  fails(worldTouches, 'const t = Date.now();', 'const { now } = Date;', 'const clock = Date.now;', 'of(Date)');
  fails(worldTouches, 'new Date()', 'new Date;', 'const { random } = Math;', 'pick(Math.random)');
  fails(worldTouches, 'setTimeout.call(null, go)', 'const later = setImmediate;', 'const { env } = process;');
  fails(
    worldTouches,
    'crypto.randomUUID()',
    'globalThis.crypto',
    'await fetch(url)',
    'process.env',
    'performance.now()',
  );
  passes(worldTouches, 'new Date(wall).toISOString()', 'clock.timeout(at)', 'this.#fetch(url)', '(process) => process');
  fails(powers, 'x = 10 ** 3', 'x = base **', '** exponent', 'x **= 2', 'const f = Math.pow;', 'const { pow } = Math;');
  passes(powers, '/** doc **/', "'scenarios/**/*.yaml'");
  fails(drawnSecrets, 'const state = host.random.u32().toString(36);', 'nonce: random.next(),', 'random.u32(state)');
  fails(
    drawnSecrets,
    "sessionId = host.random.fork('ids').next()",
    'tokenId: text(this.#random.below(9))',
    'id: random.u32()',
  );
  passes(drawnSecrets, 'expiresIn = life.from + random.next()', 'id: crypto.randomId(16)', 'token = randomBytes(32)');
  fails(takesChance, 'make(host.random)', 'const { random } = host;', "import { seededRandom } from './random.ts';");
  passes(takesChance, 'crypto.randomId(16)', "balancer: 'random'");
});

test('what only looks like a comment hides nothing', () => {
  const lines = [
    "const all = '*/*'; Date.now();",
    'const glob = `/*`;',
    'const slash = /[/*]/; // Date',
    'a / b; /* Date */ c',
  ];
  assert.equal(
    withoutComments(lines.join('\n'))
      .split('\n')
      .map((line) => line.trimEnd()),
    [...lines.slice(0, 2), 'const slash = /[/*]/;', 'a / b;            c'],
  );
  assert.is(withoutComments("go('https://a.example'); // a\nx = y / 2; // b").match(/ [ab]$/m), null);
});

test.run();
