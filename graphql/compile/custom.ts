// The tenant's own fields: JSON in the schema that all tenants share, an object with a type in the tenant's own.
import { customFieldMap, customized, presentValues, seenCustom, withFreshFields, type Shape } from '#kernel';
import type { Api } from '../request.ts';
import type { Making } from './making.ts';

type ObjectShape = Extract<Shape, { kind: 'object' }>;

/** Whether the values of a shape travel as JSON: the fields of a tenant, where the schema does not name them. */
export const isFree = (making: Making, shape: ObjectShape): boolean =>
  shape.custom === true && (!making.typed || Object.keys(shape.fields).length === 0);

type Custom = Readonly<Record<string, unknown>>;

/** How the custom values of an entity's records are read as JSON. */
export const freeReader =
  ({ registry }: Making, entity: string) =>
  (value: unknown, api: Api): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const seen = seenCustom(api.actor, entity, value) as Custom;
    const of = registry.entity(entity);
    const known = customFieldMap(customized(of, api.actor.customFields));
    if (Object.keys(seen).every((key) => key in known)) return presentValues(known, seen);
    // Written a moment ago, under a definition that is newer than what the container remembers.
    return withFreshFields(api.call.runtime, api.actor).then((actor) =>
      presentValues(customFieldMap(customized(of, actor?.customFields)), seen),
    );
  };

/** How they are read where the schema names them: what the actor may not see is null. */
export const typedReader =
  (entity: string) =>
  (value: unknown, api: Api): unknown =>
    seenCustom(api.actor, entity, value);
