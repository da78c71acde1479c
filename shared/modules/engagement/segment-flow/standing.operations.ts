import { prefixOf, type AnyRow, type Context, type Contribution, type Table } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { SegmentMember } from '#modules/parties/segments';
import { figuresIn, figureTotalsOf, type Figures } from './figures.rules.ts';
import { SegmentStanding, standingId } from './standing.entity.ts';
import { daysIn, workFigures } from './work-figures.rules.ts';

/** Counts a member in its segment, or no longer: the membership as it is now says which. */
export const countMember = async (context: Context, id: string): Promise<void> => {
  const member = await context.trusted(SegmentMember).find(id);
  if (!member) return;
  const standing = await context.trusted(SegmentStanding).find(standingId(member.subject));
  const others = (standing?.segments ?? []).filter((segment) => segment !== member.segment);
  const segments = member.archivedAt === undefined ? [...others, member.segment].sort() : others;
  await settle(context, member.subject, segments);
};

/** Brings a standing up to what the sums of its record are now: it may be done any number of times, in any order. */
export const settle = async (context: Context, subject: string, segments: readonly string[]): Promise<void> => {
  const { trusted, registry } = context;
  const of = registry.byPrefix.get(prefixOf(subject));
  const [row, standing, known] = await Promise.all([
    of && trusted(of).find(subject),
    trusted(SegmentStanding).find(standingId(subject)),
    figuresOf(context, subject),
  ]);
  if (!row || (row.archivedAt !== undefined && !standing)) return;
  const values = { ...known, segments: row.archivedAt === undefined ? segments : [], holder: row.ownerId ?? null };
  if (standing) trusted(SegmentStanding).update(standing, { ...values, contactedOn: known.contactedOn ?? null });
  else trusted(SegmentStanding).create({ subject, ...present(values, row) }, { id: standingId(subject) });
};

const present = <V extends { readonly holder: string | null }>(
  { holder: _holder, ...values }: V,
  { ownerId }: AnyRow,
) => ({
  ...values,
  ...(ownerId !== undefined && { holder: ownerId }),
});

/** All sums of an account or contact: one request for each kind of figures. */
const figuresOf = async (context: Context, subject: string) => {
  const kinds = figuresIn(context.registry);
  const sums = await Promise.all(kinds.map((kind) => sumsOf(context, kind, subject)));
  const { due, done, contactedOn } = daysIn(sums[kinds.findIndex(({ of }) => of.name === workFigures.of.name)] ?? {});
  const figures = kinds.map(({ ofMember }, index) => ofMember?.(sums[index] ?? {}) ?? sums[index] ?? {});
  return { due, done, figures: counted(figures), ...(contactedOn !== undefined && { contactedOn }) };
};

const counted = (figures: readonly Contribution['amounts'][]): Contribution['amounts'] =>
  Object.fromEntries(figures.flatMap((amounts) => Object.entries(amounts)).filter(([, amount]) => amount !== 0));

/** The sums may have changed a moment ago, and an index of the past would be kept until the next change. */
const consistently = (table: Table): Table => ({
  ...table,
  query: (spec) => table.query({ ...spec, consistent: true }),
});

const sumsOf = async (
  { ports, actor }: Context,
  { of }: Figures,
  subject: string,
): Promise<Contribution['amounts']> => {
  const [table, sums]: [Table, Record<string, number>] = [consistently(ports.table), {}];
  for (const amounts of (await readRollup(table, actor.tenant, figureTotalsOf(of.name), subject)).values())
    for (const [name, amount] of Object.entries(amounts)) sums[name] = (sums[name] ?? 0) + amount;
  return sums;
};
