import type { Context } from '#kernel';
import type { PhoneCallRow } from './phone-call.entity.ts';
import type { PhoneLineRow } from './phone-line.entity.ts';

/** A route of a line. */
export type PhoneRoute = PhoneLineRow['routes'][number];

/** What a call can open by the number called or the choice in the menu. Modules contribute to the extension point. */
export type CallOutcome = {
  /** What routes say: CASE. */
  readonly key: string;
  readonly describes: string;
  /** Opens it for the call. Nothing when the route names a kind that is no longer there. */
  open(
    context: Context,
    call: PhoneCallRow,
    route: PhoneRoute,
  ): Promise<{ readonly id: string; readonly account?: string } | undefined>;
};
/** The extension point for them. */
export const callOutcomes = 'calls.outcomes';

/** What can be done from a call with one mutation: make an offer, take an order. Modules contribute to the extension point. */
export type CallAction = {
  /** APPOINTMENT. */
  readonly key: string;
  readonly describes: string;
  readonly label: { readonly es: string; readonly en: string };
  /** The mutation that does it. */
  readonly operation: string;
  /** It cannot do without the account: of a call with one that is not theirs to see, nobody is offered it. */
  readonly ofAccount?: boolean;
  /** What of its input the call says already, of what whoever asks may see; what a person gives wins. */
  fill(call: PhoneCallRow, context: Context): Promise<Readonly<Record<string, unknown>>>;
  /** The calls that it is for; all when absent. */
  fits?(call: PhoneCallRow): boolean;
  /** What it makes is who is on the telephone: the field of the call that says so from then on. */
  readonly names?: 'contact' | 'about';
};
/** The extension point for them. */
export const callActions = 'calls.actions';

/** Finds who else has a number: a lead. Modules contribute to the extension point. */
export type CallerFinder = (context: Context, number: string) => Promise<string | undefined>;
/** The extension point for them. */
export const callerFinders = 'calls.callers';
