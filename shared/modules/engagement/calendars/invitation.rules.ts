import type { Attendee } from './invitation.entity.ts';

/** What somebody answers, in the words of calendar programs. */
export type Answer = {
  readonly email: string;
  readonly status: string;
  /** When, by the calendar program. */
  readonly at: string;
  readonly comment?: string;
  /** Another time is proposed: that is noted, and answers nothing. */
  readonly isCounter?: boolean;
};

const words: Readonly<Record<string, Attendee['status']>> = {
  ACCEPTED: 'ACCEPTED',
  TENTATIVE: 'TENTATIVE',
  DECLINED: 'DECLINED',
  'NEEDS-ACTION': 'NEEDS_ACTION',
};

/** The list with the answer in it; undefined when it comes from a stranger, says nothing, or is older than the one known. */
export const answered = (attendees: readonly Attendee[], answer: Answer): readonly Attendee[] | undefined => {
  const own = attendees.find(({ email }) => email === answer.email.toLowerCase());
  const status = words[answer.status];
  if (!own || answer.at === '' || (own.repliedAt ?? '') > answer.at) return undefined;
  if (answer.isCounter) return attendees.map((each) => (each === own ? { ...each, counterAt: answer.at } : each));
  if (!status) return undefined;
  const { comment: _before, ...rest } = own;
  const now = {
    ...rest,
    status,
    repliedAt: answer.at,
    ...(answer.comment !== undefined && { comment: answer.comment }),
  };
  return attendees.map((each) => (each === own ? now : each));
};

/** What of an activity was announced. */
export type Announced = {
  readonly subject: string;
  readonly location?: string;
  readonly startsAt: string;
  readonly endsAt: string;
};

/** How an activity differs from what was announced: in time or place, for which people answer anew; in words; or not. */
export const differenceOf = (told: Announced, now: Announced): 'time' | 'words' | undefined => {
  if (told.startsAt !== now.startsAt || told.endsAt !== now.endsAt || told.location !== now.location) return 'time';
  return told.subject === now.subject ? undefined : 'words';
};
