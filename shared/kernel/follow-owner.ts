// Inherited owners: when a record changes hands, those that inherit from it follow. Safe to run again at any time.
import { commit } from './commit.ts';
import type { Runtime } from './context.ts';
import { wordOf, type AnyEntity, type AnyRow } from './entity.ts';
import type { DomainEvent } from './events.ts';
import type { KeySpec } from './keys.ts';
import { stageChange } from './staging.ts';
import { openUnit, type Unit } from './unit.ts';
import { repositoryOf } from './unit-repository.ts';

/** Rows written in one transaction. */
const atOnce = 50;

/** Gives the records that inherit their owner from this one the owner that it has now. */
export const followOwner = async (runtime: Runtime, event: DomainEvent): Promise<void> => {
  if (event.record.version === 1 || !('ownerId' in event.changed || 'teamId' in event.changed)) return;
  for (const { of, key } of heirs(runtime, event.record.type)) {
    for (const open of [true, false]) await followUnder(runtime, event, of, key, open);
  }
};

type Heir = { readonly of: AnyEntity; readonly key: string };

/** Entities that inherit from this one, with the key that lists them under it. */
const heirs = ({ registry }: Runtime, parent: string): readonly Heir[] =>
  [...registry.entities.values()].flatMap((of) => {
    const from = of.owner.kind === 'inherits' ? of.owner.from : undefined;
    const shape = from === undefined ? undefined : of.fields[from]?.shape;
    if (shape?.kind !== 'ref' || shape.to !== parent) return [];
    const found = Object.entries<KeySpec>(of.keys).find(([, spec]) => parentFieldOf(spec) === from);
    return found ? [{ of, key: found[0] }] : [];
  });

const parentFieldOf = (spec: KeySpec): string | undefined => {
  if (!('gsi' in spec)) return spec.link;
  return spec.gsi === 1 ? spec.of : undefined;
};

const followUnder = async (
  runtime: Runtime,
  event: DomainEvent,
  of: AnyEntity,
  key: string,
  open: boolean,
): Promise<void> => {
  let after: string | undefined;
  do {
    const unit = await unitFor(runtime, event);
    const children = repositoryOf(unit, of, false);
    const page = await children.page(key, {
      of: event.record.id,
      first: atOnce,
      open,
      ...(after !== undefined && { after }),
    });
    await followPage(unit, of, event.record.id, page.rows);
    after = page.hasNextPage ? page.endCursor : undefined;
  } while (after !== undefined);
};

/** Reads parent and children as they are now: the index may lag, and the parent may have changed hands again. */
const followPage = async (unit: Unit, of: AnyEntity, parentId: string, rows: readonly AnyRow[]): Promise<void> => {
  const children = repositoryOf(unit, of, false);
  const current = await children.getMany(rows.map(({ id }) => id));
  const parentOf = unit.runtime.registry.byPrefix.get(parentId.slice(0, parentId.indexOf('_')));
  const parent = parentOf && (await repositoryOf(unit, parentOf, false).find(parentId));
  if (!parent) return;
  const owner = { ownerId: parent.ownerId ?? null, teamId: parent.teamId ?? null };
  const event = `${wordOf(of.name)}.ownerFollowed`;
  // Also frozen and archived ones: whose a document is, is not part of what it says.
  for (const row of current.values()) stageChange(unit, of, row, owner, { event, checked: false, moves: true });
  await commit(unit);
};

const unitFor = async (runtime: Runtime, event: DomainEvent): Promise<Unit> =>
  openUnit({
    runtime,
    actor: await runtime.actorFor(event.tenant, 'followOwner'),
    table: runtime.ports.table,
    operation: 'followOwner',
    writes: true,
    correlationId: event.correlationId,
    causationId: event.id,
    silent: true,
  });
