import { retryAfterOf } from './timetable.rules.ts';

/** What became of one attempt. */
export type Attempt = {
  readonly at: string;
  /** The status of the answer; absent where there was none. */
  readonly status?: number;
  readonly milliseconds: number;
  /** How the answer begins. */
  readonly excerpt?: string;
  /** Why there was none. */
  readonly error?: string;
};

/** What an attempt means for the delivery, and for the endpoint as a whole. */
export type Verdict = {
  readonly result: 'DELIVERED' | 'FAILED' | 'ABORTED' | 'GONE';
  /** The receiver asks for rest: nothing else is sent to it for so many seconds. */
  readonly rest?: number;
  readonly retryAfter?: number;
};

/** Answers by which a receiver says that it cannot keep up. */
const overloaded = new Set([429, 502, 503, 504]);
/** For how long it is left alone when it does not say. */
const usualRest = 5;
/** No receiver stops everything for longer than this; the delivery itself waits as long as it was asked to. */
const longestRest = 3600;

/** What an answer means. A redirect is a failure; it is not followed. */
export const verdictOf = ({ status, headers }: Pick<Response, 'status' | 'headers'>, now: Date): Verdict => {
  if (status >= 200 && status < 300) return { result: 'DELIVERED' };
  if (status === 410) return { result: 'GONE' };
  if (headers.get('webhook-delivery') === 'abort-message') return { result: 'ABORTED' };
  const retryAfter = retryAfterOf(headers.get('retry-after'), now);
  return {
    result: 'FAILED',
    ...(retryAfter !== undefined && { retryAfter }),
    ...(overloaded.has(status) && { rest: Math.min(retryAfter ?? usualRest, longestRest) }),
  };
};
