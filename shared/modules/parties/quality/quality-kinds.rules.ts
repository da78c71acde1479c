import {
  dateTime,
  derivedOptional,
  list,
  object,
  text,
  wordOf,
  type AnyEntity,
  type AnyRow,
  type Extension,
  type Registry,
  type Values,
} from '#kernel';

/** A kind of record whose quality is measured, under the extension point `quality.kinds`. */
export type QualityKind = {
  readonly of: AnyEntity;
  /** Fields that a standard may ask for, with what they weigh where the tenant has not said; 0 is not asked for. */
  readonly weights: Readonly<Record<string, number>>;
  /** After how many days untouched a record is stale, where the tenant has not said. */
  readonly staleDays: number;
  /**
   * Its rows are looked at as they are asked for, by name, and nothing is written for each of them: for what there is very much of
   * (a new contact costs twelve items in the background, and no more). Else the longest untouched come first, and totals are kept.
   */
  readonly readsRows?: true;
};

/** The extension point; their modules also declare `qualityExtension` and `qualityCells` of them. */
export const qualityKinds = 'quality.kinds';

type Contributing = Pick<Registry, 'contributions'>;
const gathered = new WeakMap<Contributing, ReadonlyMap<string, QualityKind>>();

/** The kinds by entity; asked for every row that is written, so that they are gathered once. */
export const qualityKindsIn = (registry: Contributing): ReadonlyMap<string, QualityKind> => {
  const known =
    gathered.get(registry) ??
    new Map((registry.contributions(qualityKinds) as readonly QualityKind[]).map((kind) => [kind.of.name, kind]));
  gathered.set(registry, known);
  return known;
};

const waiverFields = {
  fields: list(text({ max: 80 }), { max: 50, describes: 'What it need not have.' }),
  at: dateTime({ describes: 'When somebody last said so.' }),
  by: text({ max: 60, describes: 'The id of who said so.' }),
  reason: text({ max: 500, describes: 'Why.' }),
};
/** What somebody has said about the quality of a record. */
export type Waiver = Values<typeof waiverFields>;

/** The field that a measured record has for it. */
export const waived = {
  qualityWaiver: derivedOptional(
    object('QualityWaiver', waiverFields, {
      describes: 'What it need not have, or that it was looked at and is right.',
    }),
  ),
};

/** What a module that has a measured entity adds to it. */
export const qualityExtension = ({ name }: AnyEntity): Extension => ({
  of: name,
  fields: waived,
  events: { qualityDismissed: 'Somebody said that it is right as it is.' },
});
/** The event of it. */
export const dismissedEvent = (of: AnyEntity): string => `${wordOf(of.name)}.qualityDismissed`;

/** What somebody has said about a record; undefined when nobody has. */
export const waiverOf = (row: AnyRow): Waiver | undefined => row['qualityWaiver'] as Waiver | undefined;
