import type { AnyRow, Context, Position } from '#kernel';
import type { Known, Moment, Values } from './evaluate.rules.ts';
import { factPrefix } from './facts.projections.ts';
import type { Needs } from './needs.rules.ts';
import { relationsOf, type Standing } from './subjects.rules.ts';

/** What is known of a relation of a record at a moment. Read consistently, so that nothing that was projected is missed. */
export const standingOf = async (
  context: Context,
  of: string,
  subject: string,
  relation: string,
  at: Moment,
): Promise<Standing> => {
  const { ports, actor, registry } = context;
  const facts: Values[] = [];
  let after: Position | undefined;
  do {
    const page = await ports.table.query({
      pk: `${actor.tenant}#${subject}`,
      sort: { beginsWith: factPrefix(relation) },
      consistent: true,
      ...(after && { after }),
    });
    facts.push(...page.items.map((item) => item['values'] as Values));
    after = page.next;
  } while (after);
  const told = relationsOf(registry).find(({ name, subject: entity }) => name === relation && entity === of);
  return told?.settle ? told.settle(facts, at, context) : { facts };
};

/** A record with all that criteria need to know of it. */
export const knownOf = async (context: Context, of: string, row: AnyRow, needs: Needs, at: Moment): Promise<Known> => {
  const [related, referred] = await Promise.all([
    Promise.all(
      [...needs.relations].map(async (name) => [name, await standingOf(context, of, row.id, name, at)] as const),
    ),
    Promise.all([...needs.referred].map(([field, asked]) => referredBy(context, row, field, asked, at))),
  ]);
  return { row, related: new Map(related), referred: new Map(referred.flat()) };
};

type Referred = { readonly entity: string; readonly needs: Needs };

/** An archived record is as good as none. */
const referredBy = async (
  context: Context,
  row: AnyRow,
  field: string,
  { entity, needs }: Referred,
  at: Moment,
): Promise<readonly (readonly [string, Known])[]> => {
  const id = row[field];
  const found = typeof id === 'string' ? await context.trusted(context.registry.entity(entity)).find(id) : undefined;
  if (!found || found.archivedAt !== undefined) return [];
  return [[field, await knownOf(context, entity, found, needs, at)]];
};
