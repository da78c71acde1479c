import type { Web } from '#kernel';
import { addressProblems } from './address.rules.ts';
import { verdictOf, type Attempt, type Verdict } from './answer.rules.ts';
import { signatureOf } from './signature.rules.ts';
import type { Keys } from './webhook-secrets.operations.ts';

/** What is sent, and where. */
export type Call = {
  readonly url: string;
  /** The event's id: the same at every attempt, so that the receiver knows what it has seen. */
  readonly id: string;
  readonly body: string;
  readonly keys: Keys;
  readonly now: Date;
};

const limits = { connectMs: 5_000, totalMs: 15_000, mostBytes: 64 * 1024, cut: true } as const;
const excerptLength = 4096;

/** Calls a receiver once. Its address is checked each time, its name where it leads now. */
export const callOnce = async (
  web: Web,
  call: Call,
): Promise<{ readonly attempt: Attempt; readonly verdict: Verdict }> => {
  const started = performance.now();
  const measured = () => ({ at: call.now.toISOString(), milliseconds: Math.round(performance.now() - started) });
  try {
    const [problem] = addressProblems(call.url);
    if (problem) throw new Error(problem.message);
    const answer = await web.fetch(call.url, { method: 'POST', headers: headersOf(call), body: call.body, limits });
    const excerpt = (await answer.text()).slice(0, excerptLength);
    return {
      attempt: { ...measured(), status: answer.status, ...(excerpt !== '' && { excerpt }) },
      verdict: verdictOf(answer, call.now),
    };
  } catch (error) {
    return { attempt: { ...measured(), error: whyOf(error) }, verdict: { result: 'FAILED' } };
  }
};

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);

const headersOf = ({ id, body, keys: { secrets, headers }, now }: Call): Readonly<Record<string, string>> => {
  const second = Math.floor(now.getTime() / 1000);
  return {
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Lazo-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(second),
    'webhook-signature': signatureOf({ id, second, body }, secrets),
  };
};
