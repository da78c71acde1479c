import {
  change,
  creation,
  DomainError,
  eventTypesOf,
  filterFields,
  list,
  matchesType,
  object,
  oneOf,
  query,
  recordInput,
  text,
  wordOf,
  type AnyEntity,
  type ChangesOf,
  type Context,
  type Path,
  type Problem,
} from '#kernel';
import { problemsError } from '#kernel/errors';
import { checkFilter } from '#kernel/filter-check';
import { forget } from '#kernel/remember';
import { placesFor } from '#modules/engagement/activities';
import { stepKindsIn } from './extension-points.rules.ts';
import { knownIn } from './known.operations.ts';
import { planFields, Sequence, SequenceEdition, type SequenceRow, type Signal, type Step } from './sequence.entity.ts';
import { activityKind } from './sequence.rules.ts';

export const createSequence = creation(Sequence, 'createSequence', {
  describes: 'Makes a sequence. What it refers to is checked: fields, types of events, kinds of steps.',
  needs: 'sequence.create',
  input: {},
  returns: Sequence,
  run: ({ values }, context) => {
    const row = context.data(Sequence).create({ ...values, edition: 0 });
    return Promise.resolve(publish(context, row));
  },
});

export const updateSequence = change(Sequence, 'updateSequence', {
  describes:
    'Changes a sequence: absent fields stay, null clears. Those who are in it go on by the plan with which they started.',
  needs: 'sequence.update',
  input: recordInput('Sequence'),
  returns: Sequence,
  fails: ['KIND_FIXED'],
  run: async ({ id, changes }, context) => {
    const before = await context.data(Sequence).get(id);
    if (changes.of !== undefined && changes.of !== before.of)
      throw new DomainError('KIND_FIXED', 'What goes through a sequence stays; make another one.', ['of']);
    const row = context.data(Sequence).update(before, changes);
    const isPlan = planFields.some((name) => JSON.stringify(row[name]) !== JSON.stringify(before[name]));
    return isPlan ? publish(context, row) : settled(context, row);
  },
});

/** A new plan becomes an edition of its own. */
const publish = (context: Context, row: SequenceRow): SequenceRow => {
  settled(context, row);
  const { id: sequence, of, calendar, steps, goal, ends, stopsOnReply } = row;
  const number = row.edition + 1;
  const plan = { steps, ends, stopsOnReply, ...(calendar !== undefined && { calendar }), ...(goal && { goal }) };
  const edition = context.trusted(SequenceEdition).create({ sequence, number, of, ...plan });
  const changes: ChangesOf<typeof Sequence> = { edition: number, current: edition.id };
  return context.trusted(Sequence).update(row, changes);
};

/** Checks what only the declarations know. This container goes by the change at once, the others within a minute. */
const settled = (context: Context, row: SequenceRow): SequenceRow => {
  const problems = declaredProblems(context, row);
  if (problems.length > 0) throw problemsError(problems);
  context.afterCommit(() => {
    forget(context, knownIn(context.actor.tenant));
    return Promise.resolve();
  });
  return row;
};

const problem = (message: string, path: Path): Problem => ({ code: 'BAD_INPUT', message, path });

const declaredProblems = (context: Context, row: SequenceRow): readonly Problem[] => {
  const of = context.registry.entities.get(row.of);
  if (!of || of.internal || placesFor(context.registry, of).length === 0)
    return [problem(`No work is planned for ${oneOf(row.of)}; say Account, Contact or the like.`, ['of'])];
  return [
    ...filterProblems(context, of, row.goal, ['goal']),
    ...row.steps.flatMap((step, index) => stepProblems(context, of, step, ['steps', index])),
    ...row.starts.flatMap((signal, index) => signalProblems(context, of, signal, ['starts', index])),
    ...row.ends.flatMap((signal, index) => signalProblems(context, of, signal, ['ends', index])),
  ];
};

const filterProblems = ({ actor }: Context, of: AnyEntity, filter: unknown, path: Path): readonly Problem[] => {
  if (filter === undefined) return [];
  try {
    checkFilter(filterFields(of), filter, { path, country: actor.country });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.problems;
    throw error;
  }
};

const stepProblems = (context: Context, of: AnyEntity, step: Step, path: Path): readonly Problem[] => {
  const { field } = step.offset;
  const isDate = field === undefined || ['date', 'dateTime'].includes(kindAt(of, field.split('.')) ?? '');
  return [
    ...filterProblems(context, of, step.condition, [...path, 'condition']),
    ...(isDate ? [] : [problem(`${of.name} has no date ${field}.`, [...path, 'offset', 'field'])]),
    ...kindProblems(context, step, path),
  ];
};

const kindAt = (of: AnyEntity, [name = '', ...rest]: readonly string[]): string | undefined => {
  const shape = filterFields(of)[name]?.shape;
  const [inner] = rest;
  return inner !== undefined && shape?.kind === 'object' ? shape.fields[inner]?.shape.kind : shape?.kind;
};

const kindProblems = ({ registry }: Context, step: Step, path: Path): readonly Problem[] => {
  if (step.kind === activityKind) return [];
  const kinds = stepKindsIn(registry);
  const kind = kinds.find(({ key }) => key === step.kind);
  const names = [activityKind, ...kinds.map(({ key }) => key)].join(', ');
  if (!kind) return [problem(`There are no steps of the kind ${step.kind}; there are ${names}.`, [...path, 'kind'])];
  return kind.problems(step).map((each) => ({ ...each, path: [...path, ...(each.path ?? [])] }));
};

const signalProblems = (context: Context, of: AnyEntity, signal: Signal, path: Path): readonly Problem[] => {
  const word = signal.on.slice(0, signal.on.indexOf('.'));
  const from = [...context.registry.entities.values()].find(({ name }) => wordOf(name) === word);
  const isKnown = from && eventTypesOf(context.registry, from).some(({ type }) => matchesType(signal.on, type));
  if (!isKnown) return [problem(`There is no event ${signal.on}.`, [...path, 'on'])];
  const shape = signal.record === undefined ? undefined : from.fields[signal.record]?.shape;
  const isAbout =
    shape === undefined ? from.name === of.name : shape.kind === 'ref' && [of.name, '*'].includes(shape.to);
  return [
    ...filterProblems(context, from, signal.where, [...path, 'where']),
    ...(isAbout ? [] : [problem(`Say which field of ${from.name} names the ${of.name}.`, [...path, 'record'])]),
  ];
};

export const stepKinds = query('stepKinds', {
  describes: 'The kinds of steps that sequences can have.',
  needs: 'sequence.read',
  input: {},
  returns: {
    kinds: list(
      object('StepKind', {
        key: text({ max: 40, describes: 'Its name, as steps take it.' }),
        describes: text({ max: 300, describes: 'What such a step does.' }),
      }),
      { max: 100, describes: 'ACTIVITY, and those that modules add.' },
    ),
  },
  run: (_input, { registry }) =>
    Promise.resolve({
      kinds: [
        { key: activityKind, describes: 'Plans work for somebody and waits for its result.' },
        ...stepKindsIn(registry).map(({ key, describes }) => ({ key, describes })),
      ],
    }),
});
