import {
  rollup,
  type AnyEntity,
  type Context,
  type Contribution,
  type DomainEvent,
  type Field,
  type FieldMap,
  type Registry,
  type Rollup,
  type Row,
} from '#kernel';

/** A sum by its name. */
export type Totals = (name: string) => number;

/** What the records of a kind tell of the accounts and contacts that they belong to, and so of segments. */
export type Figures<E extends AnyEntity = AnyEntity> = {
  readonly of: E;
  /** The records that it tells something of: its account, its contact. */
  subjects(row: Row<E>): readonly (string | undefined)[];
  /** What it adds to the sums of each of them; sums that never return to a name lie in cells of their own: months. */
  shares(row: Row<E>): readonly Omit<Contribution, 'partition'>[];
  /** What a member adds to its segment, from its own sums; they themselves when not said. */
  ofMember?(sums: Contribution['amounts']): Contribution['amounts'];
  /** The field of `segmentFlow` that shows it, and what it shows. */
  readonly field?: {
    readonly name: string;
    readonly shape: Field<unknown, 'required'>;
    show(totals: Totals, members: number, context: Context): unknown;
  };
};
/** The extension point for them; their modules also declare `figureTotals` and `followFigures` of them. */
export const figuresPoint = 'segment-flow.figures';

type Contributing = Pick<Registry, 'contributions'>;
const gathered = new WeakMap<Contributing, readonly Figures[]>();

/** What modules contribute; asked for with every member, so that it is gathered once. */
export const figuresIn = (registry: Contributing): readonly Figures[] => {
  const known = gathered.get(registry) ?? (registry.contributions(figuresPoint) as readonly Figures[]);
  gathered.set(registry, known);
  return known;
};

/** The name of the sums of a kind. */
export const figureTotalsOf = (entity: string): string => `figures${entity}`;

/** The sums of each account and contact, of the records of a kind. */
export const figureTotals = <E extends AnyEntity>({ of, subjects, shares }: Figures<E>): Rollup =>
  rollup(figureTotalsOf(of.name), {
    describes: `What the records of ${of.name} come to for each account and contact.`,
    of,
    shards: 1,
    contributions: (row) => {
      if (row.archivedAt !== undefined) return [];
      const known = new Set(subjects(row).filter((subject) => subject !== undefined));
      return [...known].flatMap((partition) => shares(row).map((share) => ({ ...share, partition })));
    },
  });

/** The records that an event tells something of: those that its record belongs to now, and those that it belonged to before. */
export const subjectsIn = <E extends AnyEntity>(
  { subjects }: Figures<E>,
  { data, changed }: DomainEvent,
): readonly string[] => {
  if (!data) return [];
  const before = Object.fromEntries(Object.entries(changed).map(([name, { from }]) => [name, from]));
  const rows = [data, { ...data, ...before }] as unknown as readonly Row<E>[];
  return [...new Set(rows.flatMap(subjects))].filter((subject) => typeof subject === 'string');
};

/** The fields that modules add to the answer of `segmentFlow`. */
export const fieldsOf = (contributions: Registry['contributions']): FieldMap =>
  Object.fromEntries(
    (contributions(figuresPoint) as readonly Figures[]).flatMap(({ field }) =>
      field ? [[field.name, field.shape]] : [],
    ),
  );
