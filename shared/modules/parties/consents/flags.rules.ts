import type { ConsentProofRow } from '#modules/platform/privacy';
import type { ContactRow } from '#modules/parties/contacts';

/** What a contact shows of one channel. */
export type Flag = NonNullable<ContactRow['consents']>[number];
/** A channel. */
export type Channel = Flag['channel'];
type Flags = readonly Flag[];

const answerFor = (flags: Flags, channel: Channel): boolean | undefined =>
  flags.find((flag) => flag.channel === channel)?.granted;

/** The channels of which a change of the contact said something else than before. */
export const changedChannels = (from: Flags, to: Flags): readonly Channel[] =>
  [...new Set([...from, ...to].map(({ channel }) => channel))].filter(
    (channel) => answerFor(from, channel) !== answerFor(to, channel),
  );

/** What a change said of a channel. Who leaves a yes out takes it back; a no is not forgotten by leaving it out. */
export const saidOf = (from: Flags, to: Flags, channel: Channel): boolean | undefined =>
  answerFor(to, channel) ?? (answerFor(from, channel) === true ? false : undefined);

type Standing = { readonly allowed: boolean; readonly proof?: ConsentProofRow };

/** What a channel shows for a standing; nothing while nothing was said. */
export const flagOf = (channel: Channel, { allowed, proof }: Standing): Flag | undefined => {
  if (!proof || (!allowed && proof.status === 'PENDING')) return undefined;
  const at = (allowed ? proof.decidedAt : proof.withdrawnAt) ?? proof.decidedAt ?? proof.updatedAt;
  const source = proof.source?.where;
  return { channel, granted: allowed, at, ...(source !== undefined && { source }) };
};

/** Flags with one of them as it stands; the very same ones where they say so already. */
export const withFlag = (flags: Flags, channel: Channel, flag: Flag | undefined): Flags => {
  if (answerFor(flags, channel) === flag?.granted) return flags;
  const others = flags.filter((each) => each.channel !== channel);
  return flag ? [...others, flag] : others;
};
