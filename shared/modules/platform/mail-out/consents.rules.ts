import type { Context } from '#kernel';

/** What the people behind addresses have said about being written to. */
export type ConsentSource = {
  readonly key: string;
  /** By address in lower case; addresses of people who said nothing, and of nobody, are left out. */
  saidOf(context: Context, addresses: readonly string[]): Promise<ReadonlyMap<string, 'GRANTED' | 'REFUSED'>>;
};
/** The extension point for them: whoever keeps people contributes what they said. */
export const mailConsents = 'mail-out.consents';
