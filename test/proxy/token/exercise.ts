import { type Cancel, CancelSource } from '../../../proxy/host/cancel.ts';
import type { EpochMs } from '../../../proxy/host/units.ts';
import type { Exchange, IdentityPort, Metadata, TokenSet } from '../../../proxy/token/identity-port.ts';

/** What a token service, real or modelled, is put through. */
export type Condition =
  | 'healthy'
  | 'outage'
  | 'frozen'
  | 'slow'
  | 'slower than the deadline'
  | 'errors 500'
  | 'errors 503'
  | 'throttled 429'
  | 'malformed'
  | 'wrong keys'
  | 'rolled, old key kept'
  | 'rolled, old key gone';

export const conditions: readonly Condition[] = [
  'healthy',
  'outage',
  'frozen',
  'slow',
  'slower than the deadline',
  'errors 500',
  'errors 503',
  'throttled 429',
  'malformed',
  'wrong keys',
  'rolled, old key kept',
  'rolled, old key gone',
];

/** A token service under test: how to reach it and how to spoil it. */
export interface Subject {
  readonly port: IdentityPort;
  /** A user's way through the authorization endpoint: the code, or what happened instead. */
  authorize(url: string, user: string): Promise<{ readonly code: string } | { readonly instead: string }>;
  /** Brings the condition about; returns its end. */
  bring(condition: Condition): Promise<() => Promise<void>>;
  /** A cancel that trips after the deadline of one exchange. */
  deadline(): Cancel;
  wall(): EpochMs;
}

const redirectUri = 'https://shop.contoso.com/.holdfast/callback';
const verifier = 'v'.repeat(43);

/** One word per exchange, free of what differs from run to run. */
function word<T>(result: Exchange<T>, ok: (value: T) => string = () => 'ok'): string {
  if (result.kind === 'ok') return ok(result.value);
  if (result.kind !== 'status') return result.kind;
  const after = result.retryAfter === undefined ? '' : `, retry after ${result.retryAfter / 1_000_000} s`;
  return `status ${result.status}${after}`;
}

/** Puts a subject through one condition and writes down what every exchange came to. */
export async function exercise(subject: Subject, condition: Condition): Promise<Record<string, string>> {
  const { port } = subject;
  // what comes before the condition is not what is tested: it may take as long as a loaded machine needs
  const patience = new CancelSource();
  const found = await port.metadata(patience);
  if (found.kind !== 'ok') throw new Error(`no metadata before: ${found.kind}`);
  const metadata: Metadata = found.value;
  const keysBefore = await port.keys(metadata, patience);
  if (keysBefore.kind !== 'ok') throw new Error('no keys before');
  const request = { redirectUri, state: 's', nonce: 'the nonce', codeVerifier: verifier, prompt: undefined };
  const url = port.authorizationUrl(metadata, request);
  const code = async (): Promise<string> => {
    const there = await subject.authorize(url, 'ada@contoso.com');
    return 'code' in there ? there.code : 'none';
  };
  const redeem = (
    text: string,
    with_ = verifier,
    at = redirectUri,
    cancel = subject.deadline(),
  ): Promise<Exchange<TokenSet>> => port.redeem(metadata, text, with_, at, cancel);
  const before = [await code(), await code(), await code(), await code()] as const;
  const old = await redeem(before[0], verifier, redirectUri, patience);
  if (old.kind !== 'ok') throw new Error(`no token before: ${word(old)}`);
  const heal = await subject.bring(condition);
  const record: Record<string, string> = {};
  const verified = async (tokens: TokenSet, keys: Awaited<ReturnType<IdentityPort['keys']>>): Promise<string> => {
    if (keys.kind !== 'ok') return 'no keys';
    const identity = await port.verify(metadata, tokens, keys.value, subject.wall());
    return identity === undefined ? 'does not verify' : `${identity.user}, ${identity.nonce}`;
  };
  record['metadata'] = word(await port.metadata(subject.deadline()));
  const keysNow = await port.keys(metadata, subject.deadline());
  record['keys'] = word(keysNow, (set) => `${set.keyIds.length} keys`);
  const there = await subject.authorize(url, 'ada@contoso.com');
  record['authorize'] = 'code' in there ? 'code' : there.instead;
  const redeemed = await redeem(before[1]);
  record['redeem'] = word(
    redeemed,
    ({ expiresIn }) => `ok, ${expiresIn >= 3.6e9 && expiresIn <= 5.4e9 ? '60 to 90 min' : expiresIn}`,
  );
  record['redeem, used code'] = word(await redeem(before[0]));
  record['redeem, wrong verifier'] = word(await redeem(before[2], 'w'.repeat(43)));
  record['redeem, wrong address'] = word(await redeem(before[3], verifier, 'https://evil.test/'));
  record['redeem, invented code'] = word(await redeem('invented'));
  const oldRefresh = redeemed.kind === 'ok' ? redeemed.value.refreshToken : undefined;
  record['refresh'] = word(await port.refresh(metadata, oldRefresh ?? 'invented', subject.deadline()));
  record['old token, old keys'] = await verified(old.value, keysBefore);
  record['old token, keys now'] = await verified(old.value, keysNow);
  if (redeemed.kind === 'ok') {
    record['new token, old keys'] = await verified(redeemed.value, keysBefore);
    record['new token, keys now'] = await verified(redeemed.value, keysNow);
  }
  await heal();
  record['metadata, healed'] = word(await port.metadata(subject.deadline()));
  record['redeem, healed'] = word(await redeem(await code()));
  return record;
}
