import { boolean, optional } from '#kernel';

/** What a tenant settles for its deliveries; added to the tenant. */
export const deliverySettings = {
  deliveryNotesShowPrices: optional(
    boolean({ describes: 'Whether delivery notes show prices; they do when absent. A delivery may say otherwise.' }),
  ),
};
