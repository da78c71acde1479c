import { given, type Context } from '#kernel';
import { createAccount } from '#modules/parties/accounts';
import { callerIn, type CallOutcome, type PhoneCallRow } from '#modules/engagement/calls';
import { activeTypeWith } from './case-type.operations.ts';
import { createCase } from './case.operations.ts';

const words = { es: 'Llamada de', en: 'Call from' } as const;
const withheld = { es: 'número oculto', en: 'withheld number' } as const;

/** The account that calls; of a number that nobody knows, a new one that is called like it. */
const accountOf = async (
  context: Context,
  { account, number }: PhoneCallRow,
  of: { readonly owner?: string; readonly team?: string },
): Promise<string> => {
  if (account !== undefined) return account;
  const name = `${words[context.actor.locale]} ${number ?? withheld[context.actor.locale]}`;
  const values = given({ name, type: 'PERSON' as const, phone: number, ...of });
  return (await context.run(createAccount, { values })).id;
};

/** Cases of calls, by the number called or the choice in the menu. */
export const caseOfCall: CallOutcome = {
  key: 'CASE',
  describes: 'A case of the type in `recordKind`, of the account that calls or of a new one.',
  open: async (context, call, route) => {
    const type = await activeTypeWith(context, route.recordKind);
    if (!type) return undefined;
    const { owner = call.user, team } = route;
    const holder = given({ owner, team });
    const account = await accountOf(context, call, holder);
    const caller = await callerIn(context, call, withheld[context.actor.locale]);
    const subject = [`${words[context.actor.locale]} ${caller}`, call.choice].filter(Boolean).join(' · ');
    const values = given({ subject, account, contact: call.contact, type: type.id, ...holder });
    return { id: (await context.run(createCase, { values })).id, account };
  },
};
