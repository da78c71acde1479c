import { createHash } from 'node:crypto';
import { readOn, type Context, type CustomFields } from '#kernel';
import { CustomField, type CustomFieldRow } from './custom-field.entity.ts';
import { customFieldFrom } from './shapes.rules.ts';

/** The name under which a container remembers what a tenant has defined. */
export const definitionsOf = (tenant: string): string => `custom fields ${tenant}`;

/** Most definitions of a tenant. */
const mostDefinitions = 10_000;

/** All definitions of the actor's tenant, in the order of forms. */
export const allDefinitions = async ({ trusted }: Pick<Context, 'trusted'>): Promise<readonly CustomFieldRow[]> =>
  (await readOn((asked) => trusted(CustomField).page('all', asked), mostDefinitions)).rows;

/** What the actor's tenant has defined; undefined when it has defined nothing. */
export const readCustomFields = async (context: Context): Promise<CustomFields | undefined> => {
  const rows = await allDefinitions(context);
  if (rows.length === 0) return undefined;
  const version = createHash('sha256')
    .update(JSON.stringify([context.actor.tenant, rows.map(({ id, version: each }) => [id, each])]))
    .digest('base64url');
  return kept(version, () => ({ version, byEntity: byEntity(rows) }));
};

const byEntity = (rows: readonly CustomFieldRow[]): CustomFields['byEntity'] =>
  Object.fromEntries(
    [...Map.groupBy(rows, ({ recordType }) => recordType)].map(([name, own]) => [
      name,
      Object.fromEntries(own.map((row) => [row.key, customFieldFrom(row)])),
    ]),
  );

const made = new Map<string, CustomFields>();
const mostMade = 200;

/** The same definitions are the same object, since schemas are made of it. The version names the tenant too. */
const kept = (version: string, make: () => CustomFields): CustomFields => {
  const known = made.get(version) ?? make();
  made.delete(version);
  made.set(version, known);
  for (const oldest of [...made.keys()].slice(0, -mostMade)) made.delete(oldest);
  return known;
};
