import type { AnyRow, DomainEvent, Registry } from '#kernel';
import { pastOf } from '#modules/platform/history';
import type { SettingKind, SettingValues } from '#modules/platform/settings';

/** Values that a setting had from a moment on: who gave it them, from which ones. */
export type SettingVersion = {
  readonly at: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly from?: SettingValues;
  readonly to?: SettingValues;
};

/** What records say together; undefined where they say nothing of the setting. */
export type Reading = (rows: readonly AnyRow[]) => SettingValues | undefined;

/** How the records of a standard are read. */
export const standardIn =
  (kind: SettingKind, key: string, registry: Registry): Reading =>
  (rows) =>
    kind.standard(rows, key, registry);

/** How the row of own values is read. */
export const ownIn: Reading = ([row]) =>
  row && row.archivedAt === undefined ? (row['values'] as SettingValues) : undefined;

/**
 * The versions of a setting, oldest first, from the versions of the records that hold it: one for each operation that made a
 * difference to it.
 */
export const versionsFrom = (
  registry: Registry,
  events: readonly DomainEvent[],
  reading: Reading,
): readonly SettingVersion[] => {
  const rows = new Map<string, AnyRow>();
  const versions: SettingVersion[] = [];
  let before: SettingValues | undefined;
  for (const together of operationsIn(events)) {
    for (const event of together) {
      const past = pastOf(registry.entity(event.record.type), event);
      if (past) rows.set(event.record.id, past.row);
    }
    const after = reading([...rows.values()]);
    const [last] = together.slice(-1);
    if (!last || JSON.stringify(before) === JSON.stringify(after)) continue;
    const { at, actor, correlationId } = last;
    versions.push({ at, actor, correlationId, ...(before && { from: before }), ...(after && { to: after }) });
    before = after;
  }
  return versions;
};

/** Events in their order, those of one operation together. */
const operationsIn = (events: readonly DomainEvent[]): readonly (readonly DomainEvent[])[] => {
  const inOrder = [...events].sort(
    (left, right) => left.at.localeCompare(right.at) || left.record.version - right.record.version,
  );
  return [...Map.groupBy(inOrder, ({ at, correlationId }) => `${at} ${correlationId}`).values()];
};
