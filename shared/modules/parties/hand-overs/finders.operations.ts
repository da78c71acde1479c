import { DomainError, prefixOf, type AnyEntity, type AnyRow, type Context } from '#kernel';
import { findAlike, identityOf, type Known } from '#modules/parties/duplicates';

/** A record that may be asked for. */
export type Handled = { readonly of: AnyEntity; readonly row: AnyRow };

/** Finds whom somebody describes, whoever may see the records; under the extension point `hand-over.finders`. */
export type HandOverFinder = (context: Context, known: Known) => Promise<readonly Handled[]>;
/** The extension point. */
export const handOverFinders = 'hand-over.finders';

/** Accounts and contacts that are as good as certain to be meant. */
export const findParties: HandOverFinder = async (context, known) => {
  const alike = await findAlike(context, identityOf({ type: 'PERSON', ...known }), {});
  return alike.filter(({ match }) => match.verdict === 'CERTAIN');
};

/** What is asked for: a record that the actor may see, or whoever is described. @throws NOT_HANDLED, BAD_INPUT */
export const handledBy = async (
  context: Context,
  { record, input, type }: { readonly record?: string; readonly input?: Known; readonly type?: string },
): Promise<Handled> => {
  if ((record === undefined) === (input === undefined))
    throw new DomainError('BAD_INPUT', 'Name a record, or describe whom you mean.', ['input']);
  const found = record === undefined ? await described(context, input ?? {}) : await named(context, record);
  const meant = found.find(({ of }) => of.name === (type ?? of.name));
  if (!meant) throw new DomainError('NOT_HANDLED', 'Nobody handles whom you mean.', ['input']);
  if (meant.of.owner.kind !== 'field')
    throw new DomainError('NOT_HANDLED', `Nobody looks after ${meant.of.name} records for themselves.`, ['record']);
  return meant;
};

const named = async ({ records, registry }: Context, id: string): Promise<readonly Handled[]> => {
  const of = registry.byPrefix.get(prefixOf(id));
  const row = (await records([id])).get(id);
  return of && row ? [{ of, row }] : [];
};

const described = async (context: Context, known: Known): Promise<readonly Handled[]> => {
  const finders = context.registry.contributions(handOverFinders) as readonly HandOverFinder[];
  return (await Promise.all(finders.map((find) => find(context, known)))).flat();
};
