import {
  DomainError,
  extended,
  derivedOptional,
  integer,
  list,
  maySeeField,
  mutation,
  object,
  optional,
  json,
  query,
  record,
  anyRecord,
  ref,
  text,
  type AnyEntity,
  type AnyRow,
  type Context,
  type FieldMap,
} from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { comparablePair, settleMerged } from './duplicate.operations.ts';
import { kindOf } from './kinds.rules.ts';
import { fieldChoice, Merge, type MergeRule, type Snapshot } from './merge.entity.ts';
import { freedValues, mergeable, mergedValues } from './merge.rules.ts';
import { moveReferences } from './move-references.jobs.ts';

/** Days within which a merge can be parted (domain.md 11.3). */
export const partingDays = 30;

/** What a merge adds to the records of an entity. */
export const mergeFields = (entity: string): FieldMap => ({
  mergedInto: derivedOptional(
    ref(entity, { describes: 'The record that it was merged into. Reading it by its id answers that one.' }),
  ),
  mergedFrom: derivedOptional(
    list(text({ max: 60 }), {
      max: 100,
      describes: 'The ids of records that were merged into it: asked for by one of these, it answers.',
    }),
  ),
});

/** The entity as a merge speaks of it. */
export const merging = (of: AnyEntity): AnyEntity => extended(of, mergeFields(of.name));

const input = {
  survivor: ref('*', { describes: 'The record that stays.' }),
  loser: ref('*', { describes: 'The record that goes into it.' }),
  choices: optional(
    list(fieldChoice, {
      max: 200,
      describes:
        'Whose value stays, by field. Unless said otherwise the survivor’s, or the loser’s where it has none; lists are joined.',
    }),
  ),
};

type Asked = {
  readonly survivor: string;
  readonly loser: string;
  readonly choices?: readonly { readonly field: string; readonly rule: MergeRule }[] | undefined;
};

/** Both records as they are now, and what the survivor would come to hold. @throws DomainError */
const planMerge = async (context: Context, { survivor: id, loser: other, choices = [] }: Asked) => {
  const { of, type } = await comparablePair(context, id, other);
  const entity = context.registry.entity(of.name);
  const records = context.data(merging(of));
  const [survivor, loser] = [(await records.get(id)) as AnyRow, (await records.get(other)) as AnyRow];
  const archived = [survivor, loser].find((row) => row.archivedAt !== undefined);
  if (archived) throw new DomainError('ARCHIVED', `${archived.id} is archived; restore it first.`, ['survivor']);
  const kind = kindOf(context.registry, type);
  if (!kind) throw new DomainError('NOT_COMPARABLE', 'Records of this kind are not merged.', ['survivor']);
  assertFields(entity, choices);
  const rules = new Map(choices.map(({ field, rule }) => [field, rule]));
  return { entity, type, records, survivor, loser, values: mergedValues(kind, entity, { survivor, loser }, rules) };
};

const assertFields = (of: AnyEntity, choices: NonNullable<Asked['choices']>): void => {
  const known = new Set(mergeable(of).map(([name]) => name));
  const at = choices.findIndex(({ field }) => !known.has(field));
  if (at >= 0)
    throw new DomainError('BAD_INPUT', `${of.name} has no field ${choices[at]?.field ?? ''} to decide about.`, [
      'choices',
      at,
      'field',
    ]);
};

const change = object('MergedField', {
  field: text({ describes: 'Which field.' }),
  from: optional(json({ describes: "The survivor's value." })),
  to: optional(json({ describes: 'What takes its place.' })),
  loser: optional(json({ describes: "The loser's value." })),
});

export const previewMerge = query('previewMerge', {
  describes: 'What a merge would make of two records; nothing is changed.',
  needs: 'duplicateCandidate.merge',
  input,
  returns: {
    survivor: anyRecord('The record that would stay.'),
    loser: anyRecord('The record that would go into it.'),
    fields: list(change, { max: 500, describes: 'Fields of the survivor that would change.' }),
  },
  run: async (asked, context) => {
    const { entity, survivor, loser, values } = await planMerge(context, asked);
    const names = Object.keys(values.after).filter((name) => maySeeField(context.actor, entity.name, name));
    return {
      survivor,
      loser,
      fields: names.map((field) => ({
        field,
        from: values.before[field],
        to: values.after[field],
        loser: loser[field],
      })),
    };
  },
});

export const mergeRecords = mutation('mergeRecords', {
  describes:
    'Makes two records one. The survivor takes over what the choices say, all that refers to the loser follows in a job, the id of the loser goes on to answer. For 30 days `partRecords` takes it back.',
  needs: 'duplicateCandidate.merge',
  input: {
    ...input,
    survivorVersion: optional(integer({ min: 1, describes: 'The version of the survivor that was looked at.' })),
    loserVersion: optional(integer({ min: 1, describes: 'The version of the loser that was looked at.' })),
  },
  returns: {
    merge: record(Merge, 'What was done.'),
    survivor: anyRecord('The record that stayed.'),
  },
  fails: ['NOT_COMPARABLE'],
  run: async (asked, context) => {
    const { entity, type, records, survivor, loser, values } = await planMerge(context, asked);
    assertVersion(survivor, asked.survivorVersion, 'survivorVersion');
    assertVersion(loser, asked.loserVersion, 'loserVersion');
    const freed = freedValues(entity, loser, values.after);
    await settleMerged(context, survivor.id, loser.id);
    const stays = records.update(survivor, { ...values.after, mergedFrom: withId(survivor, loser.id) });
    const cleared = Object.fromEntries(Object.keys(freed).map((name) => [name, null]));
    const goes = records.update(loser, { ...cleared, mergedInto: survivor.id });
    records.archive(goes, { event: `${wordFor(type)}.merged` });
    return { merge: noteMerge(context, asked, { type, values, freed }), survivor: stays };
  },
});

const wordFor = (type: string): string => `${type.charAt(0).toLowerCase()}${type.slice(1)}`;

const withId = (row: AnyRow, id: string): readonly string[] => [
  ...new Set([...((row['mergedFrom'] as readonly string[] | undefined) ?? []), id]),
];

type Done = {
  readonly type: string;
  readonly values: { readonly before: Snapshot; readonly after: Snapshot };
  readonly freed: Snapshot;
};

const noteMerge = (context: Context, { survivor, loser, choices }: Asked, { type, values, freed }: Done) => {
  const { actor, clock } = context;
  const moved = startJob(context, moveReferences, { from: loser, to: survivor }, { subject: survivor });
  return context.trusted(Merge).create({
    survivor,
    loser,
    type,
    ...values,
    freed,
    job: moved.id,
    undoUntil: new Date(clock.now().getTime() + partingDays * 86_400_000).toISOString(),
    ...(choices && { choices }),
    ...(actor.userId !== undefined && { mergedBy: actor.userId }),
  });
};

const assertVersion = ({ id, version }: AnyRow, expected: number | undefined, path: string): void => {
  if (expected === undefined || expected === version) return;
  const message = `${id} has changed since it was read; it is now at version ${String(version)}.`;
  throw new DomainError('STALE_VERSION', message, [path]);
};
