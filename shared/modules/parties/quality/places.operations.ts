import type { AnyEntity, Context, KeySpec } from '#kernel';
import { fromItem, sortPrefix } from '#kernel/rows';
import { hadBy } from './measure.rules.ts';
import { placePrefix } from './quality.projections.ts';
import type { QualityKind } from './quality-kinds.rules.ts';

/** A record with what is measured of it; `sort` is where it stands with whoever looks after it. */
export type Place = {
  readonly sort: string;
  readonly id: string;
  readonly touchedOn: string;
  readonly had: readonly string[];
};
/** From where on, how many, and until which day of last touch, where the order is one of days. */
export type Asked = { readonly after?: string; readonly limit?: number; readonly until?: string | undefined };

/** The records that somebody looks after: a read model, or the rows themselves. One request. */
export const readPlaces = async (
  context: Context,
  kind: QualityKind,
  holder: string,
  { after = '', limit, until }: Asked,
): Promise<{ readonly places: readonly Place[]; readonly hasMore: boolean }> => {
  const { ports, actor, registry } = context;
  const of = registry.entity(kind.of.name);
  const prefix = kind.readsRows ? ownedPrefix(of) : placePrefix(of.name);
  const last = until === undefined || kind.readsRows ? '~' : `${until}~`;
  const { items, next } = await ports.table.query({
    ...(kind.readsRows && { index: 'gsi2' as const }),
    pk: `${actor.tenant}#${holder}`,
    sort: { from: `${prefix}${after === '' ? '' : `${after}~`}`, to: `${prefix}${last}` },
    ...(limit !== undefined && { limit }),
  });
  const places = items.map((item): Place => {
    if (!kind.readsRows) return placeOf(item.sk.slice(prefix.length), item['had'] as readonly string[]);
    const row = fromItem(of, item);
    const sort = String(item['gsi2sk']).slice(prefix.length);
    return { sort, id: row.id, touchedOn: row.updatedAt.slice(0, 10), had: hadBy(kind, row) };
  });
  return { places, hasMore: next !== undefined };
};

const placeOf = (sort: string, had: readonly string[]): Place => {
  const [touchedOn = '', id = ''] = sort.split('#');
  return { sort, id, touchedOn, had };
};

const ownedPrefix = (of: AnyEntity): string => {
  const spec = Object.values<KeySpec>(of.keys).find((key) => 'gsi' in key && key.gsi === 2);
  if (!spec) throw new Error(`${of.name} has no key in gsi2.`);
  return sortPrefix(of, spec, true);
};
