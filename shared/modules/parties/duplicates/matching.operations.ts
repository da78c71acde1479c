import { prefixOf, type AnyEntity, type AnyRow, type Context, type Table } from '#kernel';
import { identityOf, naturalPartition } from '#kernel/rows';
import { phonePlace } from '#modules/platform/search';
import { emailBlock, mostInBlock, mostShared, nameBlock, rareBlocks } from './blocking.rules.ts';
import { keyPartition } from './duplicate-keys.projections.ts';
import type { Identity } from './identity.rules.ts';
import { identityIn, kindsOf, type DuplicateKind } from './kinds.rules.ts';
import { compareIdentities, type Match } from './score.rules.ts';

/** A record that may be the same, and why. */
export type Alike = { readonly of: AnyEntity; readonly row: AnyRow; readonly match: Match };

/** Records that may be the same as somebody, the most alike first, whoever may see them. `among` are those who share a key, where that is known. */
export const findAlike = async (
  context: Context,
  identity: Identity,
  asked: { readonly types?: readonly string[]; readonly except?: string; readonly among?: readonly string[] },
): Promise<readonly Alike[]> => {
  const kinds = kindsOf(context.registry).filter(({ of }) => asked.types?.includes(of.name) ?? true);
  const ids = (asked.among ?? (await idsAlike(context, identity))).filter((id) => id !== asked.except);
  const found = await Promise.all(kinds.map((kind) => alikeOfKind(context, kind, identity, ids)));
  return found
    .flat()
    .filter(({ match }) => match.verdict !== 'DIFFERENT')
    .sort((left, right) => right.match.score - left.match.score || (left.row.id < right.row.id ? -1 : 1));
};

const alikeOfKind = async (
  { trusted }: Context,
  kind: DuplicateKind,
  identity: Identity,
  ids: readonly string[],
): Promise<readonly Alike[]> => {
  const rows = await trusted(kind.of).getMany(ids.filter((id) => prefixOf(id) === kind.of.idPrefix));
  return [...(rows as ReadonlyMap<string, AnyRow>).values()].flatMap((row) => {
    const other = identityIn(kind, row);
    if (row.archivedAt !== undefined || other.kind !== identity.kind) return [];
    return [{ of: kind.of, row, match: compareIdentities(identity, other) }];
  });
};

/** Who shares a key with somebody (`duplicateKeys` says where each lies); keys that too many share are left out. All read at once. */
const idsAlike = async (
  { ports: { table }, actor: { tenant } }: Context,
  identity: Identity,
): Promise<readonly string[]> => {
  const name = nameBlock(identity);
  const { emails, phones } = identity;
  const naturals = [...(name === undefined ? [] : [keyPartition(name)]), ...emails];
  const keys = new Set([...emails.map(emailBlock), ...rareBlocks(identity)]);
  const found = await Promise.all([
    ...naturals.map((key) => members(table, { index: 'gsi5', pk: naturalPartition(tenant, key) })),
    ...[...keys].map((key) => members(table, { pk: `${tenant}#${keyPartition(key)}` })),
    ...phones
      .map(phonePlace)
      .map(({ index, partition, beginsWith }) =>
        members(table, { index, pk: `${tenant}#${partition}`, sort: { beginsWith } }),
      ),
  ]);
  return mostShared(found.flat());
};

/** The ids of the records in a partition: those of entries stand at the end of their key, others are found by what bears a natural key. */
const members = async (table: Table, place: Parameters<Table['query']>[0]): Promise<readonly string[]> => {
  const { items } = await table.query({ ...place, limit: mostInBlock + 1 });
  if (items.length > mostInBlock) return [];
  return items.map(({ pk, sk }) => (place.index === 'gsi5' ? identityOf(pk).id : sk.slice(sk.lastIndexOf('#') + 1)));
};
