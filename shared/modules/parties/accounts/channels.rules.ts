import type { Problem } from '#kernel';

type Phone = { readonly number: string; readonly label?: string; readonly primary?: boolean };
type Email = { readonly address: string; readonly label?: string; readonly primary?: boolean };

/** How a party is reached, as its row holds it. */
export type Channels = {
  readonly phone?: string;
  readonly email?: string;
  readonly phones?: readonly Phone[];
  readonly emails?: readonly Email[];
};

/**
 * Lists of phones and e-mails with exactly one primary each, and that one in a field of its own. Either side may be given: the
 * list, or the primary alone, which then joins the list. E-mail addresses are kept in lower case.
 */
export const settleChannels = (after: Channels, before: Channels = {}) => {
  const phones = settle(after.phones ?? [], after.phone, before.phone, phoneKind);
  const emails = settle((after.emails ?? []).map(lowered), after.email?.toLowerCase(), before.email, emailKind);
  return {
    phone: phones.first ?? null,
    phones: orNothing(phones.entries),
    email: emails.first ?? null,
    emails: orNothing(emails.entries),
  };
};

/** A row without phones holds no empty list of them. */
const orNothing = <E>(entries: readonly E[]): readonly E[] | null => (entries.length > 0 ? entries : null);

/** Two entries that both say they are the primary one. */
export const channelProblems = ({ phones, emails }: Channels): readonly Problem[] =>
  Object.entries({ phones: phones ?? [], emails: emails ?? [] })
    .filter(([, entries]) => entries.filter(({ primary }) => primary).length > 1)
    .map(([name]) => ({ code: 'TWO_PRIMARIES', message: `Only one of the ${name} can be primary.`, path: [name] }));

const lowered = (email: Email): Email => ({ ...email, address: email.address.toLowerCase() });

type Entry = { readonly primary?: boolean };
type Kind<E extends Entry> = { valueOf(entry: E): string; made(value: string): E };
const phoneKind: Kind<Phone> = { valueOf: ({ number }) => number, made: (number) => ({ number }) };
const emailKind: Kind<Email> = { valueOf: ({ address }) => address, made: (address) => ({ address }) };

const settle = <E extends Entry>(
  given: readonly E[],
  first: string | undefined,
  was: string | undefined,
  kind: Kind<E>,
) => {
  const isGivenAlone = first !== was;
  const unique = [...new Map([...given].reverse().map((entry) => [kind.valueOf(entry), entry])).values()].reverse();
  if (!isGivenAlone && unique.filter(({ primary }) => primary).length > 1) return { entries: unique, first };
  const entries = isGivenAlone ? withGiven(unique, first, was, kind) : unique;
  const primary =
    entries.find((entry) => isGivenAlone && kind.valueOf(entry) === first) ??
    entries.find((entry) => entry.primary) ??
    entries[0];
  return {
    entries: entries.map((entry) => ({ ...entry, primary: entry === primary })),
    first: primary && kind.valueOf(primary),
  };
};

const withGiven = <E extends Entry>(
  entries: readonly E[],
  first: string | undefined,
  was: string | undefined,
  kind: Kind<E>,
): readonly E[] => {
  if (first === undefined) return entries.filter((entry) => kind.valueOf(entry) !== was);
  return entries.some((entry) => kind.valueOf(entry) === first) ? entries : [...entries, kind.made(first)];
};
