import { change, creation, DomainError, recordInput, type Context } from '#kernel';
import { NumberSeries } from '#modules/platform/numbering';
import type { TenantDefaults } from '#modules/platform/tenants';
import { EmissionPoint, type EmissionPointRow } from './emission-point.entity.ts';
import { seriesKinds, seriesOf, type SeriesKind } from './series.rules.ts';

export const createEmissionPoint = creation(EmissionPoint, 'createEmissionPoint', {
  describes:
    'Opens an emission point with the number series of its invoices and credit notes: nine digits behind its code. The first one issues what names no other.',
  needs: 'emissionPoint.create',
  input: {},
  returns: EmissionPoint,
  run: async ({ values }, context) => {
    if (context.actor.country === 'EC' && !/^\d{3}-\d{3}$/.test(values.code))
      throw new DomainError('BAD_INPUT', 'In Ecuador it is establishment and point: 001-001.', ['code']);
    const current = await defaultPoint(context);
    if (current && values.isDefault === true) context.data(EmissionPoint).update(current, { isDefault: false });
    for (const kind of seriesKinds) await openSeries(context, kind, values.code);
    return context
      .data(EmissionPoint)
      .create({ ...values, isDefault: values.isDefault === true || current === undefined });
  },
});

const openSeries = async ({ trusted }: Context, kind: SeriesKind, code: string): Promise<void> => {
  const series = seriesOf(kind, code);
  if (!(await trusted(NumberSeries).findUnique('kind', series)))
    trusted(NumberSeries).create({ kind: series, prefix: code, digits: 9 });
};

export const updateEmissionPoint = change(EmissionPoint, 'updateEmissionPoint', {
  describes:
    'Changes an emission point: absent fields stay, null clears. Made the default it takes the place of the one that was.',
  needs: 'emissionPoint.update',
  input: recordInput('EmissionPoint'),
  returns: EmissionPoint,
  run: async ({ id, changes }, context) => {
    const current = await defaultPoint(context);
    if (current && current.id !== id && changes.isDefault === true)
      context.data(EmissionPoint).update(current, { isDefault: false });
    return context.data(EmissionPoint).update(await context.data(EmissionPoint).get(id), changes);
  },
});

const defaultPoint = ({ trusted }: Context): Promise<EmissionPointRow | undefined> =>
  trusted(EmissionPoint).findUnique('defaultPlace', 'default');

/** Where a document is issued: where it says, or at the default point. @throws NO_EMISSION_POINT */
export const pointFor = async (context: Context, id: string | undefined): Promise<EmissionPointRow> => {
  const point = id === undefined ? await defaultPoint(context) : await context.trusted(EmissionPoint).get(id);
  if (point?.active === true) return point;
  throw new DomainError('NO_EMISSION_POINT', 'There is no active emission point to issue it.', ['emissionPoint']);
};

/** A new tenant can issue at once. */
export const firstPoint: TenantDefaults = {
  name: 'emission points',
  run: async (context) => {
    await context.run(createEmissionPoint, { values: { code: '001-001' } });
  },
};
