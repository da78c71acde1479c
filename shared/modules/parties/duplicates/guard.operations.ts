import { DomainError, mayTouch, type AnyRow, type Context } from '#kernel';
import type { DuplicateGuard } from '#modules/parties/accounts';
import { identityIn, kindOf } from './kinds.rules.ts';
import { findAlike, type Alike } from './matching.operations.ts';

/** Refuses what is as good as there already; what only may be the same is left to the queue. */
export const guardNewRecord: DuplicateGuard = async (context, of, values) => {
  const kind = kindOf(context.registry, of.name);
  if (!kind) return;
  const [first] = await findAlike(context, identityIn(kind, asRow(context, of.name, values)), { types: [of.name] });
  if (first?.match.verdict === 'CERTAIN') throw new DomainError('DUPLICATE_FOUND', messageOf(context, first), []);
};

/** The record as it would be: what its own rules derive tells who it is. */
const asRow = ({ registry }: Context, entity: string, values: Readonly<Record<string, unknown>>): AnyRow => {
  const of = registry.entity(entity);
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const defaults = Object.entries(of.fields).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  );
  const row = { ...Object.fromEntries(defaults), ...Object.fromEntries(given) } as unknown as AnyRow;
  const derived = Object.entries(of.prepare?.(row as never) ?? {}).filter(([, value]) => value !== null);
  return { ...row, ...Object.fromEntries(derived) };
};

const messageOf = ({ actor }: Context, { of, row }: Alike): string => {
  if (!mayTouch(actor, of, row, 'read'))
    return 'Somebody else already looks after whom you enter; findDuplicates says who, askForHandOver asks for it.';
  return `${of.title(row)} (${row.id}) is there already; findDuplicates says why they are alike.`;
};
