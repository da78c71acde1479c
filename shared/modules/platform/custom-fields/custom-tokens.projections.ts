import { projection } from '#kernel';
import { customTokens } from '#kernel/custom-values';

/** The exact values of searchable custom fields, by which lists find their records. */
export const exactValues = projection('customValues', {
  describes: 'Records by the exact values of the searchable fields that their tenant has defined.',
  of: ['*'],
  items: (row, of) => customTokens(of, row).map((partition) => ({ partition, sort: `${row.createdAt}#${row.id}` })),
});
