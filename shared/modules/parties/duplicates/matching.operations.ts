import type { AnyEntity, AnyRow, Context } from '#kernel';
import { blocksOf, mostInBlock } from './blocking.rules.ts';
import { keyPartition } from './duplicate-keys.projections.ts';
import type { Identity } from './identity.rules.ts';
import { identityIn, kindsOf, type DuplicateKind } from './kinds.rules.ts';
import { compareIdentities, type Match } from './score.rules.ts';

/** A record that may be the same, and why. */
export type Alike = { readonly of: AnyEntity; readonly row: AnyRow; readonly match: Match };

/** Records that may be the same as somebody, the most alike first, whoever may see them. */
export const findAlike = async (
  context: Context,
  identity: Identity,
  asked: { readonly types?: readonly string[]; readonly except?: string },
): Promise<readonly Alike[]> => {
  const kinds = kindsOf(context.registry).filter(({ of }) => asked.types?.includes(of.name) ?? true);
  const ids = await idsUnder(context, blocksOf(identity), kinds);
  const found = await Promise.all(kinds.map((kind) => alikeOfKind(context, kind, identity, ids)));
  return found
    .flat()
    .filter(({ row, match }) => match.verdict !== 'DIFFERENT' && row.id !== asked.except)
    .sort((left, right) => right.match.score - left.match.score);
};

const alikeOfKind = async (
  { trusted }: Context,
  kind: DuplicateKind,
  identity: Identity,
  ids: readonly string[],
): Promise<readonly Alike[]> => {
  const rows = await trusted(kind.of).getMany(ids.filter((id) => id.startsWith(`${kind.of.idPrefix}_`)));
  return [...(rows as ReadonlyMap<string, AnyRow>).values()].flatMap((row) => {
    const other = identityIn(kind, row);
    if (row.archivedAt !== undefined || other.kind !== identity.kind) return [];
    return [{ of: kind.of, row, match: compareIdentities(identity, other) }];
  });
};

/** Who stands under any of these keys; keys that too many share are left out. All read at once. */
const idsUnder = async (
  { ports, actor }: Context,
  keys: readonly string[],
  kinds: readonly DuplicateKind[],
): Promise<readonly string[]> => {
  const pages = await Promise.all(
    [...new Set(keys)].map((key) =>
      ports.table.query({ pk: `${actor.tenant}#${keyPartition(key)}`, limit: mostInBlock + 1 }),
    ),
  );
  const members = pages.filter(({ items }) => items.length <= mostInBlock).flatMap(({ items }) => items);
  const names = new Set(kinds.map(({ of }) => of.name));
  const ids = members.filter(({ sk }) => names.has(sk.slice(0, sk.indexOf('#'))));
  return [...new Set(ids.map(({ sk }) => sk.slice(sk.indexOf('#') + 1)))];
};
