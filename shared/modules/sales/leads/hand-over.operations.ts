import {
  DomainError,
  forbidden,
  integer,
  mayTouch,
  defaulted,
  mutation,
  notFound,
  optional,
  ref,
  text,
  versionInput,
  type Context,
} from '#kernel';
import type { PanelSection } from '#modules/engagement/activities';
import { Lead, type HandOver, type LeadRow } from './lead.entity.ts';
import { isOpenLead } from './lead.rules.ts';

const own = { id: ref('Lead', { describes: 'Which lead.' }), version: optional(versionInput) };
const hourLength = 3_600_000;
/** Offers that a lead remembers. */
const mostOffers = 50;

export const offerLead = mutation('offerLead', {
  describes:
    'Asks another team, or a person, to take a lead over. Until the answer it waits with them; declined, or not answered in time, it comes back.',
  needs: 'lead.offer',
  input: {
    ...own,
    team: optional(ref('Team', { describes: 'The team of which somebody is to take it over.' })),
    user: optional(ref('User', { describes: 'The person who is to take it over.' })),
    note: optional(text({ max: 500, describes: 'What to say with it.' })),
    hours: defaulted(integer({ min: 1, max: 720, describes: 'Within how many hours an answer is awaited.' }), 24),
  },
  returns: Lead,
  fails: ['ALREADY_OFFERED', 'LEAD_CLOSED'],
  run: async ({ id, team, user, note, hours }, context) => {
    const lead = await context.data(Lead).get(id);
    if (!mayTouch(context.actor, Lead, lead, 'update')) throw forbidden('You may not hand this Lead over.');
    assertOfferable(lead, team ?? user);
    const to = { ...(user !== undefined && { toUser: user }), ...(team !== undefined && { toTeam: team }) };
    const handOver = { ...offered(context, lead, hours), ...to, ...(note !== undefined && { note }) };
    const handOvers = [...lead.handOvers, ...(lead.handOver ? [lead.handOver] : [])].slice(-mostOffers);
    const changes = { owner: user ?? null, team: team ?? null, handOver, handOvers };
    return context.trusted(Lead).update(lead, changes, { event: 'lead.offered' });
  },
});

const assertOfferable = (lead: LeadRow, to: string | undefined): void => {
  if (to === undefined) throw new DomainError('BAD_INPUT', 'Say who is to take it over: a team or a person.', ['team']);
  if (!isOpenLead(lead)) throw new DomainError('LEAD_CLOSED', `This lead is ${lead.status}.`, ['id']);
  if (lead.handOver?.state === 'OFFERED')
    throw new DomainError('ALREADY_OFFERED', 'It was offered to somebody who has not answered yet.', ['id']);
};

const offered = ({ actor, clock }: Context, { owner, team }: LeadRow, hours: number): HandOver => ({
  state: 'OFFERED',
  ...(owner !== undefined && { fromUser: owner }),
  ...(team !== undefined && { fromTeam: team }),
  by: actor.id,
  at: clock.instant(),
  answerBy: new Date(clock.now().getTime() + hours * hourLength).toISOString(),
});

/** The lead with its open offer, if it was made to the actor. @throws NOT_FOUND, NOT_OFFERED */
const offeredTo = async ({ trusted, actor }: Context, id: string): Promise<{ lead: LeadRow; offer: HandOver }> => {
  const lead = await trusted(Lead).get(id);
  const offer = lead.handOver;
  const { toUser, toTeam } = offer ?? {};
  const isMeant = toUser === undefined ? toTeam !== undefined && actor.teams.includes(toTeam) : toUser === actor.userId;
  if (!isMeant && !mayTouch(actor, Lead, lead, 'read')) throw notFound('Lead', id);
  if (isMeant && offer?.state === 'OFFERED' && actor.userId !== undefined) return { lead, offer };
  throw new DomainError('NOT_OFFERED', 'It was not offered to you, or has been answered.', ['id']);
};

const answered = ({ actor, clock }: Context, offer: HandOver, state: HandOver['state']): HandOver => ({
  ...offer,
  state,
  answeredAt: clock.instant(),
  ...(actor.userId !== undefined && { answeredBy: actor.userId }),
});

export const acceptLead = mutation('acceptLead', {
  describes:
    'Takes a lead over that was offered to you or your team: it is yours. The first of a team who answers has it.',
  needs: 'lead.answer',
  input: own,
  returns: Lead,
  fails: ['NOT_OFFERED'],
  run: async ({ id }, context) => {
    const { lead, offer } = await offeredTo(context, id);
    const changes = { owner: context.actor.userId ?? null, handOver: answered(context, offer, 'ACCEPTED') };
    return context.trusted(Lead).update(lead, changes, { event: 'lead.handOverAccepted' });
  },
});

/** A lead goes back to those who offered it. */
const wentBack = (context: Context, lead: LeadRow, handOver: HandOver, event: string): LeadRow =>
  context
    .trusted(Lead)
    .update(lead, { owner: handOver.fromUser ?? null, team: handOver.fromTeam ?? null, handOver }, { event });

export const declineLead = mutation('declineLead', {
  describes: 'Does not take a lead over that was offered to you or your team, with the reason. It goes back.',
  needs: 'lead.answer',
  input: { ...own, reason: text({ min: 1, max: 500, describes: 'Why not.' }) },
  returns: Lead,
  fails: ['NOT_OFFERED'],
  run: async ({ id, reason }, context) => {
    const { lead, offer } = await offeredTo(context, id);
    const handOver = { ...answered(context, offer, 'DECLINED'), reason };
    return wentBack(context, lead, handOver, 'lead.handOverDeclined');
  },
});

/** Nobody has answered an offer in time. */
export const expired = (context: Context, lead: LeadRow, offer: HandOver): LeadRow =>
  wentBack(context, lead, answered(context, offer, 'EXPIRED'), 'lead.handOverExpired');

/** Leads that wait for one's answer, for the panel. */
export const offeredSection: PanelSection = {
  name: 'offeredLeads',
  describes: 'Leads that were offered to you or your teams and wait for an answer.',
  load: async ({ data, actor }) => {
    const holders = actor.userId === undefined ? [] : [actor.userId, ...actor.teams];
    const pages = await Promise.all(holders.map((of) => data(Lead).page('byOwner', { of, first: 100 })));
    return pages.flatMap(({ rows }) => rows).filter(({ handOver }) => handOver?.state === 'OFFERED');
  },
};
