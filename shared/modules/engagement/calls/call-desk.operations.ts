import { given, integer, json, list, object, optional, query, record, records, ref, text, type Context } from '#kernel';
import { Account, account360, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { Activity } from '#modules/engagement/activities';
import { callAtHand } from './call-actions.operations.ts';
import { nameOfCaller } from './callers.operations.ts';
import { CallScript } from './call-script.entity.ts';
import {
  actionsFor,
  callGoingOn,
  activityFor,
  candidatesFor,
  historyOf,
  overviewOf,
  plannedCalls,
  scriptFor,
} from './desk-parts.operations.ts';
import { PhoneCall } from './phone-call.entity.ts';

const action = object('CallAction', {
  key: text({ describes: 'What `doFromCall` takes.' }),
  label: text({ describes: 'What people call it, in one’s own language.' }),
  describes: text({ max: 500, describes: 'What it does.' }),
  operation: text({ describes: 'The mutation whose input `values` is.' }),
  values: json({ describes: 'What of it the call says already.' }),
});

const handOf = (context: Context, { call, activity }: { readonly call?: string; readonly activity?: string }) => {
  if (call !== undefined) return callAtHand(context, call);
  return activity === undefined ? callGoingOn(context) : undefined;
};

type CustomerOf = { readonly account?: string; readonly contact?: string };

export const callDesk = query('callDesk', {
  describes:
    'The screen of whoever is on the telephone, in one question: the call at hand or the next one that is planned, with whom, everything about the account, what was spoken before, what to say, and what can be done at once.',
  needs: 'phoneCall.read',
  input: {
    call: optional(
      ref('PhoneCall', {
        describes: 'The call at hand, as a notice told; the one that is spoken or rings when nothing is said.',
      }),
    ),
    activity: optional(
      ref('Activity', {
        describes: 'A planned call; the next one of one’s own when nothing is said and nobody calls.',
      }),
    ),
  },
  returns: {
    call: optional(record(PhoneCall, 'The call at hand.')),
    activity: optional(record(Activity, 'The planned call: the one asked for, or the next one.')),
    waiting: integer({ describes: 'How many calls of one’s own are still planned; at most 50 are counted.' }),
    contact: optional(record(Contact, 'With whom; absent when unknown, or not for you to see.')),
    account: optional(record(Account, 'With which account; absent when unknown, or not for you to see.')),
    callerName: optional(
      text({ describes: 'What whoever calls is called, also where contact and account are not for you to see.' }),
    ),
    candidates: object(
      'CallCandidates',
      {
        contacts: records(Contact, 'Contacts that have the number.'),
        accounts: records(Account, 'Accounts that have it.'),
      },
      { describes: 'Who it may be, where the number is not of one person alone; `notePhoneCall` says which.' },
    ),
    history: records(PhoneCall, 'The last calls with the account, else with the number; the newest first.'),
    script: optional(record(CallScript, 'What to say.')),
    actions: list(action, { max: 50, describes: 'What can be done at once, with `doFromCall`.' }),
  },
  returnsAlso: (contributions) => ({
    overview: optional(
      object(
        'CallOverview',
        { ...account360.returns, ...account360.returnsAlso?.(contributions) },
        { describes: 'Everything about the account, as `account360` shows it.' },
      ),
    ),
  }),
  run: async (asked, context) => {
    const [call, planned] = await Promise.all([handOf(context, asked), plannedCalls(context)]);
    const activity = await activityFor(context, asked.activity, call, planned);
    const { account, contact }: CustomerOf = call ?? activity ?? {};
    const [people, overview, history, candidates, script, actions, callerName] = await Promise.all([
      context.records([account, contact].filter((id) => id !== undefined)),
      overviewOf(context, account),
      historyOf(context, account, call),
      candidatesFor(context, call),
      scriptFor(context, call),
      call ? actionsFor(context, call) : [],
      call && nameOfCaller(context, call),
    ]);
    return {
      ...{ waiting: planned.length, candidates, history, actions },
      ...given({ call, activity, script, overview, callerName }),
      ...given({
        account: people.get(account ?? '') as AccountRow | undefined,
        contact: people.get(contact ?? '') as ContactRow | undefined,
      }),
    };
  },
});
