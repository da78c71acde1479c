import {
  choice,
  date,
  dateTime,
  derivedOptional,
  extended,
  integer,
  money,
  number,
  object,
  text,
  type Row,
} from '#kernel';
import { Account } from '#modules/parties/accounts';
import { ranks, rfmSegments } from './ranking.rules.ts';

const rankChoice = (describes: string) => choice(ranks, { named: 'Rank', describes });
const score = (describes: string) => integer({ min: 1, max: 5, describes });

/** What ranking adds to accounts. */
export const rankingFields = {
  rank: derivedOptional(rankChoice('Its class as a customer: the one given by hand, else by what it brings in.')),
  rfmSegment: derivedOptional(
    choice(rfmSegments, {
      named: 'RfmSegment',
      describes: 'What recency, frequency and money of its purchases come to.',
    }),
  ),
  ranking: derivedOptional(
    object(
      'AccountRanking',
      {
        rank: rankChoice('Its class by revenue.'),
        revenue: money({ describes: 'What it bought in the period, less what it gave back.' }),
        share: number({ describes: 'Its share of the revenue of all, in percent.' }),
        cumulative: number({
          describes: 'Its share and that of all who bring in more, in percent: what the class follows from.',
        }),
        days: integer({ describes: 'On how many days it bought.' }),
        lastOn: date({ describes: 'When it bought last.' }),
        recency: score('How lately it bought: 5 the latest fifth of customers.'),
        frequency: score('How often: 5 the most frequent fifth.'),
        monetary: score('How much: 5 the largest fifth.'),
        source: text({ max: 40, describes: 'Which purchases were counted.' }),
        from: date({ describes: 'The first day of the period.' }),
        to: date({ describes: 'The last day of the period.' }),
        at: dateTime({ describes: 'When it was found to be so. It is written anew when the outcome is another one.' }),
      },
      { describes: 'How it stands among all customers, and why.' },
    ),
  ),
  manualRank: derivedOptional(
    object(
      'ManualRank',
      {
        rank: rankChoice('The class.'),
        reason: text({ max: 500, describes: 'Why.' }),
        by: text({ max: 60, describes: 'The id of whoever gave it.' }),
        at: dateTime({ describes: 'When.' }),
      },
      { describes: 'A class given by hand; it counts before the computed one.' },
    ),
  ),
};

/** An account with its rank. */
export const RankedAccount = extended(Account, rankingFields);
export type RankedAccountRow = Row<typeof RankedAccount>;
