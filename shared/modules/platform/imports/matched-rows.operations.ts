import { lookUp } from './lookup.operations.ts';
import { recordsByKey } from './match-index.operations.ts';
import { keyText } from './match-keys.rules.ts';
import type { Entering, Prepared } from './prepared-rows.operations.ts';
import type { TableRow } from './table-order.operations.ts';

/** The records that rows are about; several where it is not certain. */
export type Matches = ReadonlyMap<TableRow, readonly string[]>;

/** Finds them by the field that the plan matches by, then by its own keys. */
export const findMatches = async (entering: Entering, prepared: readonly Prepared[]): Promise<Matches> => {
  const matches = new Map(await matchedByField(entering, prepared));
  if (!entering.plan.keys) return matches;
  const index = await recordsByKey(entering.context, entering.plan, entering.table);
  for (const each of prepared) {
    const ids = matches.has(each.row) ? undefined : idsOf(entering, each, index);
    if (ids) matches.set(each.row, ids);
  }
  return matches;
};

/** The first own key that finds something decides. */
const idsOf = (
  { plan, context }: Entering,
  { found }: Prepared,
  index: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined =>
  plan.keys
    ?.map((paths) => {
      const shapeOf = (path: string) => plan.rules.find(({ field }) => field === path)?.target.field.shape;
      const text = keyText(paths, (path) => found.get(path), shapeOf, context.actor.country);
      return text === undefined ? undefined : index.get(text);
    })
    .find((ids) => ids !== undefined);

const matchedByField = async (
  { plan, context }: Entering,
  prepared: readonly Prepared[],
): Promise<readonly (readonly [TableRow, readonly string[]])[]> => {
  if (plan.matchBy === undefined) return [];
  // A match by a reference or a tidied value (phone, e-mail) is looked for as the record holds it.
  const texts = prepared.map(({ row }) => row.match).filter((text) => text !== '');
  const known = await lookUp(context, plan.of, plan.matchBy, texts);
  return prepared.flatMap(({ row }) => {
    const found = known.get(row.match.toLowerCase());
    return found ? [[row, 'id' in found ? [found.id] : found.several] as const] : [];
  });
};
