import type { DomainEvent } from '#kernel';
import type { NoticeSource } from '#modules/platform/realtime';

const peopleIn = ({ data = {} }: DomainEvent): readonly string[] => {
  const { ringing = [], user } = data as { readonly ringing?: readonly string[]; readonly user?: string };
  return [...new Set([...ringing, ...(user === undefined ? [] : [user])])];
};

/** The screens of those whose telephone rings open with the call, and follow how it goes on. */
export const callNotices: NoticeSource = {
  on: [
    'phoneCall.created',
    'phoneCall.updated',
    'phoneCall.answered',
    'phoneCall.missed',
    'phoneCall.ended',
    'phoneCall.failed',
  ],
  to: peopleIn,
};
