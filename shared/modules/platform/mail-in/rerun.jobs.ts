import {
  choice,
  dateTime,
  given,
  job,
  list,
  mutation,
  object,
  optional,
  prefixOf,
  ref,
  text,
  type Context,
  type RowResult,
} from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { decision, InboundMail, outcomes, type InboundMailRow } from './inbound-mail.entity.ts';
import { assertRules } from './mail-address.operations.ts';
import { MailAddress, type MailAddressRow } from './mail-address.entity.ts';
import { openingByRules } from './attempts.operations.ts';
import { isUndecided, reroute } from './reroute.operations.ts';
import { mailRule } from './routing-rule.entity.ts';

/** Mail that came in at an address within a time. */
type Span = { readonly address: string; readonly from?: string; readonly to?: string };

const span = {
  address: ref('MailAddress', { describes: 'The address at which it came in.' }),
  from: optional(dateTime({ describes: 'Only mail since then.' })),
  to: optional(dateTime({ describes: 'Only mail until then.' })),
};

type Once = { readonly mail: InboundMailRow } | { readonly error: unknown };

/** What the rules make of one mail: a unit of work of its own, in which each rule that cannot do its work is passed over. */
const rerouteOne = async (context: Context, id: string, address: MailAddressRow, rehearsal: boolean): Promise<Once> => {
  let made: InboundMailRow | undefined;
  try {
    await openingByRules(async (attempts) => {
      const run = async (unit: Context) => (made = await reroute(unit, id, address, attempts));
      const [outcome] = await context.together([{ key: `${id} ${String(attempts.refused.size)}`, run }], { rehearsal });
      if (outcome?.status === 'failed') throw outcome.error;
    });
  } catch (error) {
    return { error };
  }
  return made ? { mail: made } : { error: new Error(`Nothing became of ${id}.`) };
};

/** Mails of one chunk or preview. */
const perChunk = 20;
const perPreview = 50;

const pageOf = async (context: Context, { address, from, to }: Span, first: number, after: string | undefined) => {
  const { rows, hasNextPage, endCursor } = await context
    .trusted(InboundMail)
    .page('byAddress', { of: address, first, ...given({ from, to, after }) });
  return { mails: rows.filter(isUndecided), next: hasNextPage ? endCursor : undefined };
};

/** Pages that a preview looks through for mail that opened nothing. */
const mostPages = 20;

const undecidedOf = async (context: Context, asked: Span): Promise<readonly InboundMailRow[]> => {
  const found: InboundMailRow[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < mostPages && found.length < perPreview; pages += 1) {
    const { mails, next } = await pageOf(context, asked, perPreview, after);
    found.push(...mails);
    if (next === undefined) break;
    after = next;
  }
  return found.slice(0, perPreview);
};

/** The job. */
export const rerunRules = job<Span>('rerunMailRules', {
  describes: 'Makes of stored mail what the rules of its address say now.',
  needs: 'mailAddress.update',
  chunk: async (asked, cursor, context) => {
    const address = await context.data(MailAddress).get(asked.address);
    const { mails, next } = await pageOf(context, asked, perChunk, cursor);
    const results: RowResult[] = [];
    for (const [index, { id }] of mails.entries()) {
      const once = await rerouteOne(context, id, address, false);
      results.push({ row: index + 1, record: id, ...statusOf(once) });
    }
    return { results, ...given({ next }) };
  },
});

const statusOf = (once: Once): Pick<RowResult, 'status' | 'message'> => {
  if ('error' in once) return { status: 'failed', message: String(once.error).slice(0, 300) };
  return { status: once.mail.record === undefined ? 'unchanged' : 'updated' };
};

export const rerunMailRules = mutation('rerunMailRules', {
  describes:
    'Applies the rules of an address to mail that came before and opened nothing, by a job. What has a record stays with it; a second run opens nothing twice.',
  needs: 'mailAddress.update',
  input: span,
  returns: Job,
  run: async (asked, context) => {
    const { id } = await context.data(MailAddress).get(asked.address);
    return startJob(context, rerunRules, asked, { subject: id });
  },
});

export const previewMailRules = mutation('previewMailRules', {
  describes:
    'What rules would make of mail that is here: those of the address, or others that are only thought of. Nothing is written.',
  needs: 'mailAddress.update',
  input: {
    ...span,
    rules: optional(list(mailRule, { max: 20, describes: 'The rules to try; those of the address when absent.' })),
  },
  returns: {
    mails: list(
      object('MailRulePreview', {
        mail: ref('InboundMail', { describes: 'The mail.' }),
        before: choice(outcomes, { named: 'MailOutcome', describes: 'What it came to.' }),
        outcome: choice(outcomes, { named: 'MailOutcome', describes: 'What it would come to.' }),
        opens: optional(text({ max: 20, describes: 'What would be opened, or joined: the prefix of its ids.' })),
        owner: optional(ref('User', { describes: 'Who would work on it.' })),
        decisions: list(decision, { max: 100, describes: 'Each step.' }),
      }),
      { max: perPreview, describes: 'Mail that opened nothing so far, the oldest first.' },
    ),
  },
  fails: ['RULE_INVALID'],
  run: async ({ rules, ...asked }, context) => {
    assertRules(context, rules);
    const saved = await context.data(MailAddress).get(asked.address);
    const address = rules ? { ...saved, rules } : saved;
    const mails = await undecidedOf(context, asked);
    const shown: Preview[] = [];
    const opened = new Map<string, InboundMailRow>();
    for (const { id, outcome, thread = id } of mails) {
      const joined = opened.get(thread);
      const once = await rerouteOne(context, id, address, true);
      if (!('mail' in once)) continue;
      shown.push(
        previewed(
          outcome,
          joined ? { ...once.mail, outcome: 'REPLY', ...given({ record: joined.record }) } : once.mail,
        ),
      );
      if (once.mail.record !== undefined) opened.set(thread, joined ?? once.mail);
    }
    return { mails: shown };
  },
});

type Preview = ReturnType<typeof previewed>;

const previewed = (before: InboundMailRow['outcome'], { id, outcome, record, owner, decisions }: InboundMailRow) => ({
  mail: id,
  before,
  outcome,
  decisions,
  ...given({ opens: record === undefined ? undefined : prefixOf(record), owner }),
});
