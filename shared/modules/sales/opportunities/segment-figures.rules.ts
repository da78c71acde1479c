import { integer, money, moneyOf, object, percent, optional, type Contribution, type Row } from '#kernel';
import type { Figures } from '#modules/engagement/segment-flow';
import { Opportunity } from './opportunity.entity.ts';

const words = { OPEN: 'open', POSTPONED: 'open', WON: 'won', LOST: 'lost' } as const;

const sharesOf = ({ stageKind, amount }: Row<typeof Opportunity>): readonly Omit<Contribution, 'partition'>[] => {
  const word = words[stageKind];
  const amounts = { [word]: 1, ...(amount && { [`${word}/${amount.currency}`]: amount.minor }) };
  return [{ cell: 'opportunities', amounts }];
};

const shown = {
  open: integer({ describes: 'Opportunities that are open or postponed.' }),
  openAmount: money({ describes: "Their amounts in the tenant's currency." }),
  won: integer({ describes: 'Opportunities that were won.' }),
  wonAmount: money({ describes: "Their amounts in the tenant's currency." }),
  lost: integer({ describes: 'Opportunities that were lost.' }),
  buyers: integer({ describes: 'Members with an opportunity that was won.' }),
  conversion: optional(percent({ describes: 'Those of all members.' })),
  winRate: optional(percent({ describes: 'Won of those decided.' })),
};

const share = (part: number, whole: number): string => String(Math.round((part / whole) * 1000) / 10);

/** What opportunities tell of the members of segments. */
export const opportunityFigures: Figures<typeof Opportunity> = {
  of: Opportunity,
  subjects: ({ account, contact }) => [account, contact],
  shares: sharesOf,
  ofMember: (sums) => ({ ...sums, ...((sums['won'] ?? 0) > 0 && { buyers: 1 }) }),
  field: {
    name: 'opportunities',
    shape: object('SegmentOpportunities', shown, { describes: 'What members have bought and may buy.' }),
    show: (of, members, { actor: { currency } }) => {
      const [won, lost, buyers] = [of('won'), of('lost'), of('buyers')];
      return {
        open: of('open'),
        openAmount: moneyOf(of(`open/${currency}`), currency),
        won,
        wonAmount: moneyOf(of(`won/${currency}`), currency),
        lost,
        buyers,
        ...(members > 0 && { conversion: share(buyers, members) }),
        ...(won + lost > 0 && { winRate: share(won, won + lost) }),
      };
    },
  },
};
