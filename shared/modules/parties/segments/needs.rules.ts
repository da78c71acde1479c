import type { Criterion } from './evaluate.rules.ts';

/** What must be known of a record before its criteria can be judged. */
export type Needs = {
  readonly relations: ReadonlySet<string>;
  /** By the field that refers to the record. */
  readonly referred: ReadonlyMap<string, { readonly entity: string; readonly needs: Needs }>;
};

const none: Needs = { relations: new Set(), referred: new Map() };

/** What criteria ask for besides the record itself. */
export const needsOf = (criterion: Criterion): Needs => {
  switch (criterion.is) {
    case 'all':
    case 'any':
      return together(criterion.members.map(needsOf));
    case 'not':
      return needsOf(criterion.member);
    case 'related':
      return { ...none, relations: new Set([criterion.name]) };
    case 'referred': {
      const { name, entity, member } = criterion;
      return { ...none, referred: new Map([[name, { entity, needs: needsOf(member) }]]) };
    }
    default:
      return none;
  }
};

/** What several criteria on one record ask for. */
export const together = (all: readonly Needs[]): Needs => {
  const referred = new Map<string, { readonly entity: string; readonly needs: Needs }>();
  for (const [field, { entity, needs }] of all.flatMap((each) => [...each.referred])) {
    const known = referred.get(field);
    referred.set(field, { entity, needs: known ? together([known.needs, needs]) : needs });
  }
  return { relations: new Set(all.flatMap(({ relations }) => [...relations])), referred };
};

/** Whether criteria look at a relation, of the record or of one that it refers to. */
export const reaches = ({ relations, referred }: Needs, relation: string): boolean =>
  relations.has(relation) || [...referred.values()].some(({ needs }) => reaches(needs, relation));
