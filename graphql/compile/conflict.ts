// What a stale version is answered with besides the error: the record as it is now, and what differs from the version that
// the change was made on, so that a client can let people choose without asking again.
import {
  DomainError,
  integer,
  json,
  list,
  maySeeField,
  object,
  optional,
  prefixOf,
  text,
  anyRecord,
  type AnyEntity,
  type AnyOperation,
  type AnyRow,
  type FieldMap,
} from '#kernel';
import { readHistory } from '#kernel/feed';
import { presentValue } from '#kernel/present';
import { ordered } from '#kernel/row-changes';
import { readAfresh, type Api } from '../request.ts';

type Given = Readonly<Record<string, unknown>>;

/** Added to the answer of operations that take a version. */
export const conflictFields = (operation: AnyOperation): FieldMap => (takesVersion(operation) ? { conflict } : {});

const takesVersion = (operation: AnyOperation): boolean => 'id' in operation.input && 'version' in operation.input;

const conflict = optional(
  object(
    'VersionConflict',
    {
      record: anyRecord('The record as it is now.'),
      baseVersion: integer({ describes: 'The version that the change was made on.' }),
      differences: list(
        object('VersionDifference', {
          field: text({ describes: 'The field.' }),
          base: optional(json({ describes: 'What it was in the version that the change was made on.' })),
          current: optional(json({ describes: 'What it is now.' })),
        }),
        {
          max: 500,
          describes: 'What others have changed meanwhile; empty when the older version is not in the log yet.',
        },
      ),
    },
    { describes: 'With STALE_VERSION: both versions, for the person to choose.' },
  ),
);

/** The values of those fields for an error. Reads only when the version was stale. */
export const conflictOf = async (api: Api, operation: AnyOperation, given: Given, error: unknown): Promise<Given> => {
  const { id, version } = given;
  if (!(error instanceof DomainError) || error.code !== 'STALE_VERSION' || !takesVersion(operation)) return {};
  if (typeof id !== 'string' || typeof version !== 'number') return {};
  readAfresh(api, []);
  const [row, base] = await Promise.all([api.reading.rows.load(id), baseOf(api, id, version)]);
  const of = api.call.runtime.registry.byPrefix.get(prefixOf(id));
  if (!row || !of) return {};
  return { conflict: { record: row, baseVersion: version, differences: base ? differences(api, of, base, row) : [] } };
};

const baseOf = async ({ call, actor }: Api, id: string, version: number): Promise<Given | undefined> => {
  const [logged] = await readHistory(call.table, actor.tenant, id, { limit: 1, before: version + 1 });
  return logged?.record.version === version ? logged.data : undefined;
};

const differences = ({ actor }: Api, of: AnyEntity, base: Given, row: AnyRow) =>
  Object.entries(of.fields)
    .filter(([name, field]) => field.sensitive !== true && maySeeField(actor, of.name, name))
    .map(([name, field]) => ({ field: name, base: base[name], current: presentValue(field, row[name]) }))
    .filter(({ base, current }) => JSON.stringify(ordered(base)) !== JSON.stringify(ordered(current)));
