import {
  anyRecord,
  choice,
  dateTime,
  date,
  defaulted,
  integer,
  list,
  maySeeField,
  object,
  optional,
  query,
  text,
  type Context,
} from '#kernel';
import { dayAfter } from '#modules/platform/settings';
import { completeness, type Standard } from './measure.rules.ts';
import { readPlaces, type Place } from './places.operations.ts';
import type { QualityKind } from './quality-kinds.rules.ts';
import { kindAsked, standardOf } from './standard.operations.ts';
import { holdersAsked, reachable, whose } from './whose.operations.ts';

const issues = ['INCOMPLETE', 'STALE'] as const;
type Issue = (typeof issues)[number];
const issue = choice(issues, {
  named: 'QualityIssue',
  describes: 'INCOMPLETE: it lacks what the standard asks for. STALE: nobody has touched it for too long.',
});

/** Records that one answer looks at, and requests that it takes, at most. */
const perRequest = 100;
const mostRequests = 10;

export const qualityIssues = query('qualityIssues', {
  describes:
    'The records of a person, or of a team, that are incomplete or stale by the standard, those first that were not touched for longest (contacts by name). ' +
    'Your own when nobody is named. Suspected duplicates are `duplicateCandidates`. A page may be short while `endCursor` says that there are more.',
  needs: 'quality.measure',
  input: {
    of: text({ max: 60, describes: 'Which kind of records: Account, Contact, Lead.' }),
    ...whose,
    issue: optional(issue),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many at most.' }), 25),
    after: optional(text({ max: 600, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    entries: list(
      object('QualityEntry', {
        record: anyRecord('The record.'),
        issues: list(issue, { max: 2, describes: 'What is wrong with it.' }),
        score: integer({ describes: 'How complete it is, 0 to 100.' }),
        missing: list(text(), { max: 100, describes: 'What it lacks, what counts most first.' }),
        touchedOn: date({ describes: 'The day on which it was last changed, or somebody was last in touch.' }),
      }),
      { max: 100, describes: 'The longest untouched first, person by person.' },
    ),
    endCursor: optional(text({ max: 600, describes: 'Where the next page begins; absent on the last one.' })),
    asOf: dateTime({ describes: 'For when this holds: staleness comes by itself.' }),
  },
  run: async ({ of: name, issue: only, first, after, ...people }, context) => {
    const kind = kindAsked(context, name);
    const [standard, asked] = await Promise.all([standardOf(context, kind), holdersAsked(context, people)]);
    const { actor, clock } = context;
    const holders = reachable(context, kind.of, asked ?? [actor.userId ?? actor.id]);
    const staleOn = dayAfter(clock.instant().slice(0, 10), -standard.staleDays);
    const judge = {
      standard,
      staleOn,
      ...(only && { only }),
      sees: (field: string) => maySeeField(actor, name, field),
    };
    const { found, cursor } = await collect(context, { kind, holders, first, after, judge });
    const rows = await context.records(found.map(({ id }) => id));
    return {
      entries: found.flatMap(({ id, ...entry }) => {
        const record = rows.get(id);
        return record ? [{ record, ...entry }] : [];
      }),
      ...(cursor !== undefined && { endCursor: cursor }),
      asOf: clock.instant(),
    };
  },
});

type Judge = {
  readonly standard: Standard;
  readonly staleOn: string;
  readonly only?: Issue;
  sees(field: string): boolean;
};
type Entry = {
  readonly id: string;
  readonly issues: readonly Issue[];
  readonly score: number;
  readonly missing: readonly string[];
  readonly touchedOn: string;
};
type Walk = {
  readonly kind: QualityKind;
  readonly holders: readonly string[];
  readonly first: number;
  readonly after: string | undefined;
  readonly judge: Judge;
};

/** Goes from one person to the next until there are enough; a cursor names the person and the record. */
const collect = async (context: Context, { kind, holders, first, after = '', judge }: Walk) => {
  const found: Entry[] = [];
  const [start = '', ...rest] = after.split('/');
  let place = rest.join('/');
  let at = Math.max(0, after === '' ? 0 : holders.indexOf(start));
  for (let requests = 0; at < holders.length; requests += 1) {
    const holder = holders[at] ?? '';
    if (requests === mostRequests) return { found, cursor: `${holder}/${place}` };
    const until = judge.only === 'STALE' ? judge.staleOn : undefined;
    const page = await readPlaces(context, kind, holder, { after: place, until, limit: perRequest });
    for (const each of page.places) {
      const entry = judged(each, judge);
      place = each.sort;
      if (entry) found.push(entry);
      if (found.length === first) return { found, cursor: `${holder}/${place}` };
    }
    if (page.hasMore) continue;
    at += 1;
    place = '';
  }
  return { found };
};

const judged = ({ id, touchedOn, had }: Place, judge: Judge): Entry | undefined => {
  const measured = completeness(judge.standard, 1, (field) => (had.includes(field) ? 1 : 0));
  const missing = measured.missing.map(({ field }) => field).filter((field) => judge.sees(field));
  const found: readonly Issue[] = [
    ...(missing.length > 0 ? (['INCOMPLETE'] as const) : []),
    ...(touchedOn <= judge.staleOn ? (['STALE'] as const) : []),
  ];
  const isMeant = judge.only === undefined ? found.length > 0 : found.includes(judge.only);
  return isMeant ? { id, issues: found, score: measured.score, missing, touchedOn } : undefined;
};
