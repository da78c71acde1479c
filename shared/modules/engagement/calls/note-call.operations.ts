import { given, longText, mutation, optional, record, ref, text, versionInput, type Context } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { Activity } from '#modules/engagement/activities';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';

export const notePhoneCall = mutation('notePhoneCall', {
  describes: 'Says whom a call was with, where nobody was recognised, and what came of it; its activity says the same.',
  needs: 'phoneCall.note',
  input: {
    id: ref('PhoneCall', { describes: 'Which call.' }),
    version: optional(versionInput),
    account: optional(ref('Account', { describes: 'With which account.' })),
    contact: optional(ref('Contact', { describes: 'With whom.' })),
    result: optional(text({ describes: 'What came of it, in a few words.' })),
    outcome: optional(longText({ describes: 'What came of it.' })),
  },
  returns: { phoneCall: record(PhoneCall, 'The call.') },
  run: async ({ id, account, contact, result, outcome }, context) => {
    const { data } = context;
    const call = await data(PhoneCall).get(id);
    const who = contact === undefined ? undefined : await data(Contact).get(contact);
    const of = account ?? who?.account;
    if (of !== undefined) await data(Account).get(of);
    const people = given({ account: of, contact });
    const changed = data(PhoneCall).update(call, people, { event: 'phoneCall.noted' });
    await noteActivity(context, changed, { ...people, ...given({ result, outcome }) });
    return { phoneCall: changed };
  },
});

const noteActivity = async (context: Context, { activity }: PhoneCallRow, said: object): Promise<void> => {
  const row = activity === undefined ? undefined : await context.trusted(Activity).find(activity);
  if (row && Object.keys(said).length > 0) context.trusted(Activity).update(row, said);
};
