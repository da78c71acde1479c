import {
  DomainError,
  forbidden,
  list,
  mayTouch,
  mutation,
  notFound,
  object,
  prefixOf,
  records,
  ref,
  text,
  type AnyEntity,
  type AnyRow,
  type Context,
  type Piece,
  type PieceOutcome,
} from '#kernel';
import { workingTimeOf, type WorkingTime } from '#modules/platform/settings';
import { Enrolment, type EnrolmentRow } from './enrolment.entity.ts';
import { goOn, isReached } from './journey.operations.ts';
import { partiesOf } from './places.operations.ts';
import { Sequence, SequenceEdition, type EditionRow, type SequenceRow } from './sequence.entity.ts';

/** A sequence with all that beginning it asks for: the same for many records. */
export type Entrance = {
  readonly sequence: SequenceRow;
  readonly edition: EditionRow;
  readonly of: AnyEntity;
  readonly time: WorkingTime;
};

/** Under whose rights a record is read and enrolled: those of whoever asks, or the product's own. */
export type Rights = 'data' | 'trusted';

/** Opens a sequence for new records. @throws NOT_ACTIVE */
export const openEntrance = async (context: Context, id: string, rights: Rights): Promise<Entrance> => {
  const sequence = await context[rights](Sequence).get(id);
  if (!sequence.active) throw new DomainError('NOT_ACTIVE', `${sequence.name} takes no new records.`, ['sequence']);
  const edition = await context.trusted(SequenceEdition).get(sequence.current ?? '');
  const time = await workingTimeOf(context, edition.calendar);
  return { sequence, edition, time, of: context.registry.entity(sequence.of) };
};

/** Begins a sequence with a record. @throws NOT_FOUND, ALREADY_ENROLLED, ENROLLED_BEFORE, TOO_SOON, GOAL_REACHED, WRONG_KIND, ARCHIVED */
const enrolOne = async (context: Context, entrance: Entrance, id: string, how: Start): Promise<EnrolmentRow> => {
  const { sequence, edition, of, time } = entrance;
  const record = await recordFor(context, entrance, id, how.rights);
  if (isReached({ context, edition, of, record }))
    throw new DomainError('GOAL_REACHED', 'What the sequence is for has come about already.', ['records']);
  const row = context.trusted(Enrolment).create({
    sequence: sequence.id,
    edition: edition.id,
    record: id,
    ...(await partiesOf(context, of, record)),
    name: `${sequence.name}: ${of.title(record)}`.slice(0, 200),
    cause: how.cause,
    since: context.clock.instant(),
    isOverdue: false,
    visits: [],
    holds: placeIn(sequence.id, id),
  });
  if (how.rights === 'data') assertMayEnrol(context, { ...record, ...row });
  await assertMayEnter(context, sequence, row);
  return goOn({ context, row, edition, of, record, time }, { index: 0, since: row.createdAt, visits: [] });
};

/** Work may be for somebody whom the actor does not see, so that the rights over the enrolment alone are asked. */
const assertMayEnrol = ({ actor }: Context, row: AnyRow): void => {
  if (!mayTouch(actor, Enrolment, row, 'create')) throw forbidden('You may not enrol this record.');
};

const placeIn = (sequence: string, record: string): string => `${sequence}/${record}`;

const recordFor = async (context: Context, { of }: Entrance, id: string, rights: Rights): Promise<AnyRow> => {
  if (prefixOf(id) !== of.idPrefix)
    throw new DomainError('WRONG_KIND', `Through this sequence go records of ${of.name}.`, ['records']);
  const record = await context[rights](of).find(id);
  if (!record) throw notFound(of.name, id);
  if (record.archivedAt !== undefined) throw new DomainError('ARCHIVED', `This ${of.name} is archived.`, ['records']);
  return record;
};

/** Enrolments of a record that are looked through; who has more has been through it all. */
const mostPast = 100;

/** Whoever is in it, or may not come back, is refused. A retry finds itself. */
const assertMayEnter = async (context: Context, sequence: SequenceRow, row: EnrolmentRow): Promise<void> => {
  const enrolments = context.trusted(Enrolment);
  const [present, past] = await Promise.all([
    enrolments.findUnique('holds', placeIn(sequence.id, row.record)),
    enrolments.page('byRecord', { of: row.record, open: false, descending: true, first: mostPast }),
  ]);
  if (present && present.id !== row.id)
    throw new DomainError('ALREADY_ENROLLED', 'It is in this sequence already.', ['records']);
  const last = past.rows.find((each) => each.sequence === sequence.id && each.id !== row.id);
  if (!last) return;
  if (sequence.reentry === 'ONCE')
    throw new DomainError('ENROLLED_BEFORE', 'It has been through this sequence.', ['records']);
  const from = Date.parse(last.endedAt ?? last.createdAt) + sequence.reentryDays * 86_400_000;
  if (from > context.clock.now().getTime())
    throw new DomainError('TOO_SOON', 'It has been through this sequence a short while ago.', ['records']);
};

/** One record as a piece of work that succeeds or fails alone. */
export const enrolling = (entrance: Entrance, id: string, how: Start = byHand): Piece => ({
  key: `enrol ${entrance.sequence.id} ${id}`,
  reads: [id],
  run: (context) => enrolOne(context, entrance, id, how),
});

/** What started an enrolment, and under whose rights. */
type Start = { readonly cause: string; readonly rights: Rights };
const byHand: Start = { cause: 'HAND', rights: 'data' };

/** Rules by which records are not taken in. */
const refusals: readonly string[] = [
  'ALREADY_ENROLLED',
  'NOT_UNIQUE',
  'ENROLLED_BEFORE',
  'TOO_SOON',
  'GOAL_REACHED',
  'WRONG_KIND',
  'NOT_FOUND',
  'ARCHIVED',
  'FORBIDDEN',
];

/** Whether a record was refused for good, so that nothing is gained by trying again. */
export const isRefusal = ({ error }: PieceOutcome): boolean =>
  error instanceof DomainError && refusals.includes(error.code);

/** Why a record was not taken in. A race for the same place is lost to whoever is in it already. @throws what is no rule */
export const refusalOf = ({ error }: PieceOutcome): { readonly code: string; readonly message: string } => {
  if (!(error instanceof DomainError)) throw error;
  return { code: error.code === 'NOT_UNIQUE' ? 'ALREADY_ENROLLED' : error.code, message: error.message };
};

export const enrol = mutation('enrol', {
  describes:
    'Takes up to 100 records into a sequence at once, each of them alone: those that are in it already or may not come back are refused with the reason. `enrolMany` takes more.',
  needs: 'enrolment.create',
  input: {
    sequence: ref('Sequence', { describes: 'Which sequence.' }),
    records: list(ref('*'), { max: 100, describes: 'Which records.' }),
  },
  returns: {
    enrolments: records(Enrolment, 'Those that were taken in.'),
    refused: list(
      object('EnrolmentRefusal', {
        record: text({ max: 60, describes: 'The id of the record.' }),
        code: text({
          max: 60,
          describes:
            'Why, for programs: ALREADY_ENROLLED, ENROLLED_BEFORE, TOO_SOON, GOAL_REACHED, WRONG_KIND, ARCHIVED, FORBIDDEN, NOT_FOUND.',
        }),
        message: text({ max: 300, describes: 'Why, for people.' }),
      }),
      { max: 100, describes: 'Those that were not.' },
    ),
  },
  fails: ['NOT_ACTIVE'],
  run: async ({ sequence, records: asked }, context) => {
    const ids = [...new Set(asked)];
    if (ids.length === 0) throw new DomainError('BAD_INPUT', 'Name a record.', ['records']);
    const entrance = await openEntrance(context, sequence, 'data');
    const outcomes = await context.together(ids.map((id) => enrolling(entrance, id)));
    const made = outcomes.flatMap(({ status, record }) => (status === 'failed' ? [] : (record ?? [])));
    const rows = await context.trusted(Enrolment).getMany(made);
    return {
      enrolments: made.flatMap((id) => rows.get(id) ?? []),
      refused: outcomes.flatMap((outcome, index) =>
        outcome.status === 'failed' ? [{ record: ids[index] ?? '', ...refusalOf(outcome) }] : [],
      ),
    };
  },
});
