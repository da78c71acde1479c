import type { AnyRow, Context, Position } from '#kernel';
import { fromItem, rowKey } from '#kernel/rows';
import type { Known, Moment } from './evaluate.rules.ts';
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
  const told = relationsOf(context.registry).filter(({ name, subject: entity }) => name === relation && entity === of);
  const rows = await tellers(context, subject, relation);
  const facts = rows.flatMap(({ entity, row }) =>
    told.filter((each) => each.of.name === entity).flatMap((each) => each.facts(row)),
  );
  const own = facts.filter((fact) => fact.subject === subject).map(({ values }) => values);
  return told[0]?.settle ? told[0].settle(own, at, context) : { facts: own };
};

type Teller = { readonly entity: string; readonly row: AnyRow };

/** The records that tell of a subject, without their lines. */
const tellers = async (context: Context, subject: string, relation: string): Promise<readonly Teller[]> => {
  const { ports, actor, registry } = context;
  const prefix = factPrefix(relation);
  const ids: string[] = [];
  let after: Position | undefined;
  do {
    const pk = `${actor.tenant}#${subject}`;
    const page = await ports.table.query({
      pk,
      sort: { beginsWith: prefix },
      consistent: true,
      ...(after && { after }),
    });
    ids.push(...page.items.map(({ sk }) => sk.slice(prefix.length)));
    after = page.next;
  } while (after);
  if (ids.length === 0) return [];
  const items = await ports.table.batchGet(
    ids.map((id) => rowKey(actor.tenant, id)),
    { consistent: true },
  );
  return items.flatMap((item) => {
    const of = registry.entities.get(String(item['entity']));
    const row = of && fromItem(of, item);
    return row && row.archivedAt === undefined ? [{ entity: of.name, row }] : [];
  });
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
