import { reaction } from '#kernel';
import { rebuild } from '#modules/platform/read-models';
import { CustomField } from './custom-field.entity.ts';

/** From now on lists rely on the tokens of the field. */
export const serveLists = reaction('serveListsByCustomField', {
  describes: 'Lists read records by a field that became searchable, once its older records are findable too.',
  on: ['job.completed'],
  run: async ({ data = {} }, { trusted }) => {
    if (data['name'] !== rebuild.name || typeof data['subject'] !== 'string') return;
    const row = await trusted(CustomField).find(data['subject']);
    if (row?.indexing === true) trusted(CustomField).update(row, { indexing: null });
  },
});
