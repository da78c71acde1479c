import { createHash } from 'node:crypto';
import { given, type Problem } from '#kernel';

type Platform = 'META' | 'GOOGLE' | 'OTHER';

/** How platforms know somebody, without being told who it is: SHA-256 in hex. */
export type Hashes = { readonly emailHash?: string; readonly phoneHash?: string };

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Google hashes its own addresses as its mail reads them: without dots, and without what follows a plus. */
const asGoogleReads = (address: string): string => {
  const [name = '', domain = ''] = address.split('@');
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return address;
  return `${(name.split('+')[0] ?? '').replaceAll('.', '')}@${domain}`;
};

/** Hashes of an address and a number (E.164) in the form that a platform compares. */
export const hashesFor = (
  platform: Platform,
  reached: { readonly email?: string; readonly phone?: string },
): Hashes => {
  const email = reached.email?.trim().toLowerCase();
  const read = email !== undefined && platform === 'GOOGLE' ? asGoogleReads(email) : email;
  const phone = platform === 'META' ? reached.phone?.replace(/\D/g, '') : reached.phone;
  return given({
    emailHash: read === undefined ? undefined : hashOf(read),
    phoneHash: phone === undefined ? undefined : hashOf(phone),
  });
};

/** What is told of somebody now, and what was told before and holds no more. */
export type Identity = { readonly hashes: Hashes; readonly former: readonly Hashes[] };

/** More changes of address while a platform does not answer are nobody's. */
const mostFormer = 20;

/** Only what has changed is to be forgotten: by an address that stays the platform would forget the person. */
export const movedTo = (hashes: Hashes, told: Hashes & { readonly former?: readonly Hashes[] }): Identity => {
  const stale = [...(told.former ?? []), told].map(({ emailHash, phoneHash }) =>
    given({
      emailHash: emailHash === hashes.emailHash ? undefined : emailHash,
      phoneHash: phoneHash === hashes.phoneHash ? undefined : phoneHash,
    }),
  );
  const each = new Map(stale.filter(isKnowable).map((one) => [`${one.emailHash ?? ''} ${one.phoneHash ?? ''}`, one]));
  return { hashes, former: [...each.values()].slice(-mostFormer) };
};

/** Whether somebody is known by the same. */
export const isSame = (one: Hashes, other: Hashes): boolean =>
  one.emailHash === other.emailHash && one.phoneHash === other.phoneHash;

/** Whether a platform can know anybody by it. */
export const isKnowable = ({ emailHash, phoneHash }: Hashes): boolean =>
  emailHash !== undefined || phoneHash !== undefined;

const forms: Readonly<Record<Platform, RegExp>> = {
  META: /^\d{5,30}$/,
  GOOGLE: /^\d{5,20}\/\d{3,20}$/,
  OTHER: /^https:\/\//,
};

/** What is wrong with where an audience is. */
export const destinationProblems = (audience: {
  readonly platform: Platform;
  readonly destination: string;
}): readonly Problem[] => {
  const { platform, destination } = audience;
  const isAddress = platform !== 'OTHER' || URL.canParse(destination);
  if (forms[platform].test(destination) && isAddress) return [];
  return [{ code: 'BAD_INPUT', message: `This is no destination of ${platform}.`, path: ['destination'] }];
};

const minute = 60_000;
const longest = 6 * 60;

/** When a platform that failed so often in a row is tried again: after 1, 2, 4 minutes and so on up to six hours. */
export const retryAt = (now: Date, failures: number): string =>
  new Date(now.getTime() + Math.min(longest, 2 ** (failures - 1)) * minute).toISOString();
