import { problemsError, type Context } from '#kernel';
import { mailConsents, type ConsentSource } from './consents.rules.ts';
import { suppressedAmong, type Purpose } from './suppress.operations.ts';

/** What was said about marketing by mail, by address in lower case. Of several people at one address the strictest counts. */
export const consentsOf = async (
  context: Context,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, 'GRANTED' | 'REFUSED'>> => {
  const sources = context.registry.contributions(mailConsents) as readonly ConsentSource[];
  const said = await Promise.all(sources.map((source) => source.saidOf(context, addresses)));
  const all = said.flatMap((each) => [...each]);
  return new Map([...all.filter(([, is]) => is === 'GRANTED'), ...all.filter(([, is]) => is === 'REFUSED')]);
};

type Refusal = { readonly code: 'SUPPRESSED' | 'NO_CONSENT'; readonly words: string };

/** Those of the addresses that are not written to, in lower case, with why. */
export const unwelcomeAmong = async (
  context: Context,
  addresses: readonly string[],
  kind: Purpose,
): Promise<ReadonlyMap<string, Refusal>> => {
  const [suppressed, said] = await Promise.all([
    suppressedAmong(context, addresses, kind),
    kind === 'MARKETING' ? consentsOf(context, addresses) : new Map<string, string>(),
  ]);
  const refused = [...said].filter(([, is]) => is === 'REFUSED');
  return new Map<string, Refusal>([
    ...refused.map(([address]) => [address, { code: 'NO_CONSENT', words: 'no marketing is wanted' }] as const),
    ...[...suppressed].map(([address, reason]) => [address, { code: 'SUPPRESSED', words: reason }] as const),
  ]);
};

type Recipients = { readonly to: readonly string[]; readonly cc: readonly string[]; readonly kind: Purpose };

/** @throws SUPPRESSED, NO_CONSENT for each address that is written to no more */
export const assertWelcome = async (context: Context, { to, cc, kind }: Recipients): Promise<void> => {
  const unwelcome = await unwelcomeAmong(context, [...to, ...cc], kind);
  if (unwelcome.size === 0) return;
  const problemsIn = (addresses: readonly string[], name: string) =>
    addresses.flatMap((address, index) => {
      const refusal = unwelcome.get(address.toLowerCase());
      if (!refusal) return [];
      const message = `${address} is written to no more: ${refusal.words}.`;
      return [{ code: refusal.code, message, path: [name, index] }];
    });
  throw problemsError([...problemsIn(to, 'to'), ...problemsIn(cc, 'cc')]);
};
