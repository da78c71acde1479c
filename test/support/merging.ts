// Two contacts that are one, with what belongs to them, for tests of merging and of what follows from it.
import type { Actor, AnyRow } from '#kernel';
import { ActivityType } from '#modules/engagement/activities';
import { Contact } from '#modules/parties/contacts';
import type { MergeRow } from '#modules/parties/duplicates';
import type { Domain } from './domain.ts';
import { workOff } from './jobs.ts';

/** What `mergeRecords` answers. */
export type Merged = { readonly merge: MergeRow; readonly survivor: AnyRow };

/** Calls and readings over a domain that may start anew in each test. */
export const openMerging = (domain: () => Domain) => {
  const run = <Answer = AnyRow>(operation: string, input: object, actor?: Actor, key?: string) =>
    domain().run<Answer>(operation, { ...input }, actor, key === undefined ? {} : { idempotencyKey: key });
  const usualType = async () => {
    const { rows } = await domain().reader().data(ActivityType).list({ first: 1 });
    const known = rows[0]?.id;
    const made = { key: 'TALK', name: { es: 'Charla', en: 'Talk' } };
    return { type: known ?? (await run('createActivityType', made)).id };
  };
  return {
    run,
    usualType,
    contact: async (id: string) => (await domain().reader().data(Contact).get(id)) as unknown as AnyRow,
    merge: (survivor: string, loser: string, more: object = {}) =>
      run<Merged>('mergeRecords', { survivor, loser, ...more }),
    /** Everything that follows is done, jobs too. */
    follow: async () => {
      await domain().settle();
      await workOff(domain());
    },
    pair: async () => {
      const account = await run('createAccount', { name: 'Molinos' });
      const stays = await run('createContact', { ...one, account: account.id });
      const goes = await run('createContact', other);
      const visit = await run('createActivity', { subject: 'Visita', contact: goes.id, ...(await usualType()) });
      const upload = { name: 'a.pdf', contentType: 'application/pdf', size: 3, record: goes.id };
      const { file } = await run<{ file: AnyRow }>('startUpload', upload);
      await domain().settle();
      return { account, stays, goes, visit, file };
    },
  };
};

const one = {
  firstName: 'Ana',
  lastName: 'Vera',
  emails: [{ address: 'ana@a.ec' }],
  consents: [{ channel: 'EMAIL', granted: true }],
};
const other = {
  firstName: 'Anna',
  lastName: 'Vera',
  emails: [{ address: 'anna@b.ec' }],
  birthday: '1980-01-01',
  jobTitle: 'Gerente general',
  consents: [{ channel: 'EMAIL', granted: false }],
  externalIds: [{ system: 'erp', id: '77' }],
};
