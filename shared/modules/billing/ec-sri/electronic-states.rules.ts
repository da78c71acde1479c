// How a document goes on after each answer of the SRI (domain 1.8), and when it is tried again.
import type { Authorisation, Reception, SriMessage } from './soap.rules.ts';

/** How far a document has come with the SRI. */
export const electronicStates = [
  'ISSUED',
  'SIGNED',
  'RECEIVED',
  'AUTHORIZED',
  'DELIVERED',
  'NOT_AUTHORIZED',
  'NEEDS_ATTENTION',
  'ANNULLED',
] as const;
/** How far a document has come with the SRI. */
export type ElectronicState = (typeof electronicStates)[number];

/** Where a document goes next, and after how many seconds something is to be done for it. */
export type Next = { readonly state: ElectronicState; readonly afterSeconds?: number };

/** After it was handed in. What the SRI has already, or is working on, counts as received; its own errors are tried again. */
export const afterReception = ({ state, messages }: Reception, tries: number): Next => {
  if (state === 'RECEIVED' || has(messages, alreadyThere)) return { state: 'RECEIVED', afterSeconds: pollAfter(0) };
  return has(messages, theirFault) ? { state: 'SIGNED', afterSeconds: sendAfter(tries) } : { state: 'NEEDS_ATTENTION' };
};

/** After nobody answered, or not the SRI. What was not handed in waits for it as long as it takes. */
export const afterSilence = (state: 'SIGNED' | 'RECEIVED', tries: number, waitedSeconds: number): Next => {
  if (state === 'SIGNED') return { state, afterSeconds: sendAfter(tries) };
  return afterAuthorisation({ state: 'PENDING', messages: [] }, tries, waitedSeconds);
};

/** After it was asked for. Twenty-four hours without a decision need a person. */
export const afterAuthorisation = ({ state }: Authorisation, tries: number, waitedSeconds: number): Next => {
  if (state !== 'PENDING') return { state };
  return waitedSeconds >= longestWait
    ? { state: 'NEEDS_ATTENTION' }
    : { state: 'RECEIVED', afterSeconds: pollAfter(tries + 1) };
};

/** Whether a document that could not be handed in for so long should be told to somebody. */
export const isLate = (waitedSeconds: number): boolean => waitedSeconds >= lateAfter;

/** 30 s, doubled each time, at most 15 minutes. */
export const sendAfter = (tries: number): number => Math.min(30 * 2 ** Math.min(tries, 10), 900);

/** 3 s, 10 s, 30 s, 1 min, 2 min, then every 10 minutes. */
export const pollAfter = (tries: number): number => [3, 10, 30, 60, 120][tries] ?? 600;

/** When the timer does what the queue should have done: messages may be lost. */
export const backupOf = (stepAt: string): string => new Date(Date.parse(stepAt) + 120_000).toISOString();

const longestWait = 86_400;
const lateAfter = 7_200;

/** 43: the key is registered; 70: it is being worked on. Handing in again would be wrong. */
const alreadyThere = new Set(['43', '70']);
/** 50: an error of the SRI itself. */
const theirFault = new Set(['50']);

const has = (messages: readonly SriMessage[], codes: ReadonlySet<string>): boolean => {
  const errors = messages.filter(({ type }) => type.toUpperCase() === 'ERROR');
  return errors.length > 0 && errors.every(({ code }) => codes.has(code));
};
