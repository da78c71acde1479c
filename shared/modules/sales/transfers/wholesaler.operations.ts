import { change, creation, given, recordInput, type Context } from '#kernel';
import { Wholesaler, type WholesalerRow } from './wholesaler.entity.ts';
import { cutOffAfter, type CutOffs } from './wholesaler.rules.ts';

/** When the next batch goes; null where batches go by hand. */
export const nextCutOff = ({ clock }: Context, times: CutOffs): string | null =>
  cutOffAfter(times, clock.instant()) ?? null;

export const createWholesaler = creation(Wholesaler, 'createWholesaler', {
  describes: 'Notes a wholesaler who serves transfer orders. Its times count on one’s own clock.',
  needs: 'wholesaler.create',
  input: {},
  returns: Wholesaler,
  run: ({ values }, context) => {
    const { timeZone } = context.actor;
    const { cutOffs = ['17:00'], cutOffDays = [1, 2, 3, 4, 5] } = values;
    const nextCutOffAt = nextCutOff(context, { cutOffs, cutOffDays, timeZone }) ?? undefined;
    return Promise.resolve(context.data(Wholesaler).create(given({ ...values, timeZone, nextCutOffAt })));
  },
});

export const updateWholesaler = change(Wholesaler, 'updateWholesaler', {
  describes: 'Changes how and when orders are handed over to a wholesaler: absent fields stay, null clears.',
  needs: 'wholesaler.update',
  input: recordInput('Wholesaler'),
  returns: Wholesaler,
  run: async ({ id, changes }, context) => {
    const wholesaler = await context.data(Wholesaler).get(id);
    const after: WholesalerRow = {
      ...wholesaler,
      ...given({ cutOffs: changes.cutOffs, cutOffDays: changes.cutOffDays }),
    };
    return context.data(Wholesaler).update(wholesaler, { ...changes, nextCutOffAt: nextCutOff(context, after) });
  },
});
