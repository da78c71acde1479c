import { defaulted, DomainError, integer, mayTouch, mutation, optional, ref, text, type Context } from '#kernel';
import { notify } from '#modules/platform/notifications';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { knownOfSomebody } from '#modules/parties/duplicates';
import { handledBy, type Handled } from './finders.operations.ts';
import { HandOverRequest, type HandOverRow } from './hand-over.entity.ts';
import { askedNotice } from './notices.rules.ts';

const dayLength = 86_400_000;
/** Open requests for one record that are looked through for one's own. */
const mostOpen = 50;

export const askForHandOver = mutation('askForHandOver', {
  describes:
    'Asks for a record that somebody else looks after, named by its id or, where it is not yours to see, by what you know of it as in ' +
    '`findDuplicates`. Whoever handles it and leads that team are told; accepted, it is yours. You learn nothing of it before.',
  needs: 'handOverRequest.create',
  input: {
    record: optional(ref('*', { describes: 'A record that you may see.' })),
    input: optional(knownOfSomebody),
    type: optional(text({ max: 60, describes: 'Only a record of this kind: Account, Contact, Lead.' })),
    reason: text({ min: 1, max: 500, describes: 'Why you should look after it.' }),
    days: defaulted(integer({ min: 1, max: 60, describes: 'For how many days an answer is awaited.' }), 7),
  },
  returns: HandOverRequest,
  fails: ['NOT_HANDLED', 'ALREADY_YOURS', 'ALREADY_ASKED'],
  run: async ({ reason, days, ...meant }, context) => {
    const { actor, trusted, clock } = context;
    const asker = actor.userId;
    if (asker === undefined) throw new DomainError('BAD_INPUT', 'Only a person can look after a record.');
    const { of, row } = await handledBy(context, meant);
    if (row.ownerId === asker) throw new DomainError('ALREADY_YOURS', 'You look after it yourself.', ['record']);
    await assertNotAsked(context, row.id, asker);
    const { askedOf, told } = await answerersOf(context, { of, row });
    const request = trusted(HandOverRequest).create({
      record: row.id,
      recordType: of.name,
      askedBy: asker,
      askedOf,
      reason,
      answerBy: new Date(clock.now().getTime() + days * dayLength).toISOString(),
    });
    const name = (await trusted(User).find(asker))?.name ?? '';
    await notify(context, { to: told, ...askedNotice(name, of.title(row), reason), about: request.id });
    return request;
  },
});

const assertNotAsked = async ({ trusted }: Context, record: string, asker: string): Promise<void> => {
  const { rows } = await trusted(HandOverRequest).page('byRecord', { of: record, first: mostOpen, descending: true });
  if (rows.some(({ askedBy, status }) => askedBy === asker && status === 'ASKED'))
    throw new DomainError('ALREADY_ASKED', 'You have asked for it, and wait for the answer.', ['input']);
};

/** The owner answers, else who leads the team; those who lead the owner's teams are told too. @throws NOT_HANDLED */
const answerersOf = async ({ trusted }: Context, { row }: Handled) => {
  const owner = row.ownerId === undefined ? undefined : await trusted(User).find(row.ownerId);
  const teams = await trusted(Team).getMany(owner?.teams ?? (row.teamId === undefined ? [] : [row.teamId]));
  const managers = [...teams.values()].flatMap(({ manager }) => manager ?? []);
  const askedOf = owner?.id ?? managers[0];
  if (askedOf === undefined) throw new DomainError('NOT_HANDLED', 'Nobody handles whom you mean.', ['input']);
  return { askedOf, told: [...new Set([askedOf, ...managers])] };
};

/** Whether the actor may hand a record over: what may be changed may be handed over. */
export const mayHandOver = ({ actor }: Context, { of, row }: Handled): boolean => mayTouch(actor, of, row, 'update');

/** A request that may still be answered. @throws NOT_OPEN */
export const assertOpen = (request: HandOverRow): HandOverRow => {
  if (request.status === 'ASKED') return request;
  throw new DomainError('NOT_OPEN', `This request is ${request.status}.`, ['id']);
};
