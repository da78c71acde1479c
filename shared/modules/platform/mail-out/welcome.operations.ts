import { problemsError, type Context } from '#kernel';
import { generalPurpose, mailConsents, type ConsentSource, type Said } from './consents.rules.ts';
import { suppressedAmong, type Purpose } from './suppress.operations.ts';

/** What was said about marketing by mail, by address in lower case. Of several people at one address the strictest counts. */
export const consentsOf = async (
  context: Context,
  addresses: readonly string[],
  purpose = generalPurpose,
): Promise<ReadonlyMap<string, Said>> => {
  const said = await Promise.all(sourcesOf(context).map((source) => source.saidOf(context, addresses, purpose)));
  const all = said.flatMap((each) => [...each]);
  return new Map([...all.filter(([, is]) => is === 'GRANTED'), ...all.filter(([, is]) => is === 'REFUSED')]);
};

const sourcesOf = ({ registry }: Context) => registry.contributions(mailConsents) as readonly ConsentSource[];

/** Ids of all who have an address, whatever they are kept as. */
export const peopleBehind = async (context: Context, address: string): Promise<readonly string[]> =>
  (await Promise.all(sourcesOf(context).map((source) => source.peopleAt(context, address)))).flat();

/** Why somebody is not written to. */
export type Refusal = {
  readonly address: string;
  readonly code: 'SUPPRESSED' | 'NO_CONSENT';
  readonly words: string;
};

/** What decides who is written to. */
export type Sending = {
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly kind: Purpose;
  /** Of marketing: what for, and whether nobody's yes is enough where nobody said no. */
  readonly purpose?: string;
  readonly consent?: 'GRANTED' | 'NOT_REFUSED';
};

/** Those of the addresses that are not written to, in lower case, with why. */
export const refusalsOf = async (context: Context, sending: Sending): Promise<readonly Refusal[]> => {
  const { to, cc = [], kind } = sending;
  const addresses = [...new Set([...to, ...cc].map((address) => address.toLowerCase()))];
  const [suppressed, missing] = await Promise.all([
    suppressedAmong(context, addresses, kind),
    kind === 'MARKETING' ? missingConsents(context, addresses, sending) : new Map<string, string>(),
  ]);
  return addresses.flatMap((address): readonly Refusal[] => {
    const [stopped, words] = [suppressed.get(address), missing.get(address)];
    if (stopped !== undefined) return [{ address, code: 'SUPPRESSED', words: stopped }];
    return words === undefined ? [] : [{ address, code: 'NO_CONSENT', words }];
  });
};

const missingConsents = async (
  context: Context,
  addresses: readonly string[],
  { purpose = generalPurpose, consent = 'GRANTED' }: Sending,
): Promise<ReadonlyMap<string, string>> => {
  const said = await consentsOf(context, addresses, purpose);
  return new Map(
    addresses.flatMap((address): readonly (readonly [string, string])[] => {
      const word = said.get(address);
      if (word === 'REFUSED') return [[address, 'no marketing is wanted']];
      return word === 'GRANTED' || consent === 'NOT_REFUSED' ? [] : [[address, `nobody has said yes to ${purpose}`]];
    }),
  );
};

/** @throws SUPPRESSED, NO_CONSENT for each address that is not written to */
export const assertWelcome = async (context: Context, sending: Sending): Promise<void> =>
  throwRefusals(sending, await refusalsOf(context, sending));

/** @throws SUPPRESSED, NO_CONSENT if there are any */
export const throwRefusals = ({ to, cc = [] }: Pick<Sending, 'to' | 'cc'>, refusals: readonly Refusal[]): void => {
  if (refusals.length === 0) return;
  const problemsIn = (addresses: readonly string[], name: string) =>
    addresses.flatMap((address, index) => {
      const refusal = refusals.find((each) => each.address === address.toLowerCase());
      return refusal ? [{ code: refusal.code, message: messageOf(refusal), path: [name, index] }] : [];
    });
  throw problemsError([...problemsIn(to, 'to'), ...problemsIn(cc, 'cc')]);
};

/** Why, in words. */
export const messageOf = ({ address, words }: Refusal): string => `${address} is not written to: ${words}.`;
