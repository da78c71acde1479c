import {
  boolean,
  change,
  choice,
  creation,
  date,
  defaulted,
  DomainError,
  integer,
  list,
  mutation,
  object,
  optional,
  query,
  recordInput,
  ref,
  text,
  versionInput,
  type Address,
  type Context,
} from '#kernel';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { listFailures, listUse, settleListed, type ListedFields } from '#modules/platform/lists';
import { guardFails, guardInput, refuseDuplicate } from '#modules/parties/accounts';
import { zoneAt, zoneMaps } from '#modules/parties/zones';
import { assigned } from './assignment.operations.ts';
import { Lead, type LeadRow } from './lead.entity.ts';
import { leadDimensions, leadTotals } from './lead.projections.ts';
import { scoredAs, scoringRules } from './scoring.operations.ts';

const listedFields: ListedFields = { sector: 'SECTOR', source: 'SOURCE', captureReason: 'CAPTURE_REASON' };
/** How many leads hold which value of a list. */
export const leadLists = listUse(Lead, listedFields);

/** The zones that an address lies in. */
const zonesOf = async (
  context: Context,
  address: Address | null | undefined,
): Promise<Pick<LeadRow, 'zone' | 'ownZone'>> => {
  if (!address) return {};
  const maps = await zoneMaps(context);
  const [zone, ownZone] = (['GEOGRAPHIC', 'OWN'] as const).map(
    (kind) => zoneAt(maps, kind, address, context.actor.country)?.key,
  );
  return { ...(zone !== undefined && { zone }), ...(ownZone !== undefined && { ownZone }) };
};

export const createLead = creation(Lead, 'createLead', {
  describes:
    'Captures a lead: finds its zone, scores it, and gives it to whomever the rules choose, unless an owner or team is named.',
  needs: 'lead.create',
  input: {
    ...guardInput,
    keep: defaulted(boolean({ describes: 'It stays yours: no rule gives it away.' }), false),
  },
  returns: Lead,
  fails: ['NAME_MISSING', ...listFailures, ...guardFails],
  run: async ({ values, keep, unlessDuplicate }, context) => {
    await refuseDuplicate(unlessDuplicate, context, Lead, values);
    const listed = await settleListed(context, listedFields, values);
    const zones = await zonesOf(context, values.address);
    const captured = { ...values, ...listed, ...zones, signals: [] };
    const { rescoreAt, ...scored } = scoredAs(captured, await scoringRules(context), context.clock.now());
    const lead = {
      ...captured,
      ...scored,
      ...(rescoreAt !== null && { rescoreAt }),
      breakdown: [...scored.breakdown],
      handOvers: [],
      recycled: 0,
    };
    const isGiven = keep || values.owner !== undefined || values.team !== undefined;
    const found = isGiven ? undefined : await assigned(context, lead);
    // Whoever captures a lead need not see those of whom the rule chooses.
    return found ? context.trusted(Lead).create({ ...lead, ...found }) : context.data(Lead).create(lead);
  },
});

export const updateLead = change(Lead, 'updateLead', {
  describes: 'Changes a lead: absent fields stay, null clears. It is scored anew.',
  needs: 'lead.update',
  input: recordInput('Lead'),
  returns: Lead,
  fails: ['NAME_MISSING', 'LEAD_CONVERTED', ...listFailures],
  run: async ({ id, changes }, context) => {
    const lead = await context.data(Lead).get(id);
    if (lead.status === 'CONVERTED')
      throw new DomainError('LEAD_CONVERTED', 'It is an account now: change that one.', ['id']);
    const listed = await settleListed(context, listedFields, changes, lead);
    const isMoved = changes.address !== undefined;
    const zones = isMoved ? { zone: null, ownZone: null, ...(await zonesOf(context, changes.address)) } : {};
    const changed = { ...changes, ...listed, ...zones };
    const after = Object.fromEntries(Object.entries({ ...lead, ...changed }).filter(([, value]) => value !== null));
    const scored = scoredAs(after as unknown as LeadRow, await scoringRules(context), context.clock.now());
    return context.data(Lead).update(lead, { ...changed, ...scored });
  },
});

const own = { id: ref('Lead', { describes: 'Which lead.' }), version: optional(versionInput) };

export const startLead = mutation('startLead', {
  describes: 'Says that somebody works on a lead.',
  needs: 'lead.update',
  input: own,
  returns: Lead,
  run: async ({ id }, { data }) => data(Lead).move(await data(Lead).get(id), 'WORKING'),
});

export const qualifyLead = mutation('qualifyLead', {
  describes: 'Says that a lead is worth the effort of selling.',
  needs: 'lead.qualify',
  input: own,
  returns: Lead,
  run: async ({ id }, { data, clock }) =>
    data(Lead).move(await data(Lead).get(id), 'QUALIFIED', { qualifiedAt: clock.instant() }),
});

export const disqualifyLead = mutation('disqualifyLead', {
  describes: 'Puts a lead aside, with the reason; for good, or until a day on which it is taken up again by itself.',
  needs: 'lead.qualify',
  input: {
    ...own,
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
    recycleOn: optional(date({ describes: 'When to take it up again.' })),
  },
  returns: Lead,
  fails: ['HAND_OVER_OPEN'],
  run: async ({ id, reason, recycleOn }, { data }) => {
    const lead = await data(Lead).get(id);
    if (lead.handOver?.state === 'OFFERED')
      throw new DomainError('HAND_OVER_OPEN', 'It was offered to somebody who has not answered yet.', ['id']);
    const changes = { disqualifiedReason: reason, recycleOn: recycleOn ?? null, rescoreAt: null };
    return data(Lead).move(lead, 'DISQUALIFIED', changes);
  },
});

/** Takes a lead up again that was put aside. */
export const recycled = async (context: Context, lead: LeadRow): Promise<LeadRow> => {
  const { rescoreAt, ...scored } = scoredAs(lead, await scoringRules(context), context.clock.now());
  return context.data(Lead).move(lead, 'NEW', {
    ...scored,
    rescoreAt,
    recycled: lead.recycled + 1,
    recycleOn: null,
    qualifiedAt: null,
  });
};

export const recycleLead = mutation('recycleLead', {
  describes: 'Takes up a lead again that was put aside. It begins anew, with its history.',
  needs: 'lead.qualify',
  input: own,
  returns: Lead,
  run: async ({ id }, context) => recycled(context, await context.data(Lead).get(id)),
});

const groupFields = {
  status: optional(text({ max: 20, describes: 'NEW, WORKING, QUALIFIED, DISQUALIFIED or CONVERTED.' })),
  grade: optional(text({ max: 1, describes: 'A, B, C or D.' })),
  source: optional(text({ max: 80, describes: 'Where they came from.' })),
  captureReason: optional(text({ max: 80, describes: 'Why they were captured.' })),
  zone: optional(text({ max: 80, describes: 'The geographic zone.' })),
  owner: optional(ref('User', { describes: 'Whose they are.' })),
  count: integer({ describes: 'How many.' }),
};
const fieldOf = {
  STATUS: 'status',
  GRADE: 'grade',
  SOURCE: 'source',
  CAPTURE_REASON: 'captureReason',
  ZONE: 'zone',
  OWNER: 'owner',
} as const;

export const countLeads = query('leadTotals', {
  describes: 'How many leads there are, grouped as asked, from totals kept current. You count those that you may read.',
  needs: 'lead.read',
  input: {
    groupBy: defaulted(
      list(choice(leadDimensions, { named: 'LeadDimension' }), { max: 6, describes: 'What to tell apart.' }),
      ['STATUS'],
    ),
  },
  returns: { groups: list(object('LeadGroup', groupFields), { max: 10_000, describes: 'The largest first.' }) },
  run: async ({ groupBy }, { ports, actor }) => {
    const groups = new Map<string, { readonly count: number }>();
    for (const [cell, { count = 0 }] of await readRollup(ports.table, actor.tenant, leadTotals.name, 'all')) {
      const parts = cell.split('#').map(decodeURIComponent);
      if (count === 0 || !mayCount(actor, Lead, parts.at(-1) ?? '')) continue;
      const shown = groupBy.map((dimension) => [fieldOf[dimension], parts[leadDimensions.indexOf(dimension)]] as const);
      const group = Object.fromEntries(shown.filter(([, value]) => value !== ''));
      const key = JSON.stringify(group);
      groups.set(key, { ...group, count: count + (groups.get(key)?.count ?? 0) });
    }
    return { groups: [...groups.values()].sort((left, right) => right.count - left.count) };
  },
});
