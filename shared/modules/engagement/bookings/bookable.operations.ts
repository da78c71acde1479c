import {
  dateTime,
  DomainError,
  mayTouch,
  mutation,
  optional,
  ref,
  versionInput,
  type ChangesOf,
  type Context,
  type StateOf,
} from '#kernel';
import { Bookable, type BookableRow } from './bookable.entity.ts';
import { BookingCalendar } from './booking-calendar.entity.ts';

const which = {
  id: ref('Bookable', { describes: 'Which one.' }),
  version: optional(versionInput),
};
const forWhom = {
  account: optional(ref('Account', { describes: 'For whom; whoever it is held for, when not said.' })),
  opportunity: optional(ref('Opportunity', { describes: 'The opportunity that it is for.' })),
};
const until = optional(dateTime({ describes: 'Until when; as long as the calendar says when not said.' }));

/** The calendar of a thing, which says how it is booked. @throws WRONG_KIND */
export const calendarFor = async ({ trusted }: Context, { calendar: id }: BookableRow, kind: 'UNIT' | 'TIME') => {
  const calendar = await trusted(BookingCalendar).get(id);
  if (calendar.kind === kind) return calendar;
  const message =
    kind === 'UNIT'
      ? 'This is booked for a time: book a time of it.'
      : 'This goes to one customer as a whole: hold or book it.';
  throw new DomainError('WRONG_KIND', message, ['id']);
};

/** When a hold ends. @throws BAD_INPUT when that is over */
export const endOfHold = (wanted: string | undefined, minutes: number, now: Date): string => {
  const end = wanted ?? new Date(now.getTime() + minutes * 60_000).toISOString();
  if (end > now.toISOString()) return end;
  throw new DomainError('BAD_INPUT', 'A hold ends in the future.', ['until']);
};

type Taking = { readonly account?: string; readonly opportunity?: string };

/** A thing that the actor may take: free, held by the actor, or anybody's for those who may change all. @throws NOT_FREE */
const takeable = async (context: Context, id: string): Promise<BookableRow> => {
  const thing = await context.data(Bookable).get(id);
  await calendarFor(context, thing, 'UNIT');
  if (thing.status === 'FREE' || isOver(context, thing) || isOurs(context, thing)) return thing;
  throw new DomainError('NOT_FREE', `It is ${thing.status.toLowerCase()} for somebody else.`, ['id']);
};

/** A hold counts no more once its time is over, even before its timer has come. */
const isOver = ({ clock }: Context, { status, heldUntil }: BookableRow): boolean =>
  status === 'HELD' && heldUntil !== undefined && heldUntil <= clock.instant();

const isOurs = ({ actor }: Context, thing: BookableRow): boolean =>
  thing.status !== 'SOLD' &&
  ((actor.userId !== undefined && thing.takenBy === actor.userId) || mayTouch(actor, Bookable, thing, 'update'));

const take = (
  context: Context,
  thing: BookableRow,
  state: StateOf<typeof Bookable>,
  { account, opportunity }: Taking,
  heldUntil?: string,
): BookableRow => {
  const { userId } = context.actor;
  const before: Partial<BookableRow> = isOver(context, thing) ? {} : thing;
  const changes: ChangesOf<typeof Bookable> = {
    account: account ?? before.account ?? null,
    opportunity: opportunity ?? before.opportunity ?? null,
    takenBy: before.takenBy ?? userId ?? null,
    takenAt: context.clock.instant(),
    heldUntil: heldUntil ?? null,
  };
  const things = context.trusted(Bookable);
  if (thing.status === state) return things.update(thing, changes, { event: 'bookable.prolonged' });
  return things.move(thing, state, changes);
};

export const holdBookable = mutation('holdBookable', {
  describes:
    'Holds a thing for a customer until a moment; then it is free again by itself. Who holds it already may prolong that.',
  needs: 'bookable.hold',
  input: { ...which, ...forWhom, until },
  returns: Bookable,
  fails: ['NOT_FREE', 'WRONG_KIND'],
  run: async ({ id, until: wanted, ...taking }, context) => {
    const thing = await takeable(context, id);
    if (thing.status === 'BOOKED') throw new DomainError('NOT_FREE', 'It is booked.', ['id']);
    const { holdMinutes } = await calendarFor(context, thing, 'UNIT');
    return take(context, thing, 'HELD', taking, endOfHold(wanted, holdMinutes, context.clock.now()));
  },
});

export const bookBookable = mutation('bookBookable', {
  describes: 'Books a thing for a customer: one that is free, or that is held by oneself.',
  needs: 'bookable.book',
  input: { ...which, ...forWhom },
  returns: Bookable,
  fails: ['NOT_FREE', 'WRONG_KIND', 'NOBODY'],
  run: async ({ id, ...taking }, context) => {
    const thing = await takeable(context, id);
    assertSomebody(thing, taking);
    return take(context, thing, 'BOOKED', taking);
  },
});

export const sellBookable = mutation('sellBookable', {
  describes: 'Records that a thing was sold to a customer.',
  needs: 'bookable.sell',
  input: { ...which, ...forWhom },
  returns: Bookable,
  fails: ['NOT_FREE', 'WRONG_KIND', 'NOBODY'],
  run: async ({ id, ...taking }, context) => {
    const thing = await takeable(context, id);
    assertSomebody(thing, taking);
    return take(context, thing, 'SOLD', taking);
  },
});

const assertSomebody = (thing: BookableRow, { account }: Taking): void => {
  if (account === undefined && thing.account === undefined)
    throw new DomainError('NOBODY', 'Say for whom.', ['account']);
};

const nobody = { account: null, opportunity: null, takenBy: null, takenAt: null, heldUntil: null } as const;

export const releaseBookable = mutation('releaseBookable', {
  describes: 'Makes a thing free again: one’s own hold or booking, or anybody’s with the right to change them all.',
  needs: 'bookable.release',
  input: which,
  returns: Bookable,
  fails: ['NOT_FREE', 'WRONG_KIND'],
  run: async ({ id }, context) => {
    const thing = await context.data(Bookable).get(id);
    const mayAll = mayTouch(context.actor, Bookable, thing, 'update');
    if (!mayAll && !isOurs(context, thing)) throw new DomainError('NOT_FREE', 'Somebody else has taken it.', ['id']);
    return context.trusted(Bookable).move(thing, 'FREE', nobody);
  },
});

/** What the timer does with a hold whose time is over. */
export const letGo = (thing: BookableRow, { trusted }: Context): Promise<void> => {
  trusted(Bookable).move(thing, 'FREE', nobody, { event: 'bookable.expired' });
  return Promise.resolve();
};
