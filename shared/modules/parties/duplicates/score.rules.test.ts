import { describe, expect, it } from '@jest/globals';
import {
  febrlPersons,
  fiveThousand,
  pairScores,
  thousand,
  type FebrlPerson,
  type FebrlPlan,
} from '#test/support/febrl';
import { blocksOf, mostInBlock } from './blocking.rules.ts';
import { identityOf, mailboxOf, phoneDigits, type Identity } from './identity.rules.ts';
import { compareIdentities } from './score.rules.ts';
import { soundOf } from './sounds.rules.ts';

const identityOfPerson = ({ email, phone, street, city, postcode, ...person }: FebrlPerson): Identity =>
  identityOf({
    type: 'PERSON',
    ...person,
    emails: email === undefined ? [] : [email],
    phones: phone === undefined ? [] : [phone],
    addresses: [
      {
        ...(street !== undefined && { street }),
        ...(city !== undefined && { city }),
        ...(postcode !== undefined && { postcode }),
      },
    ],
  });

/** Pairs that stand under a key together and are not told apart. */
const pairsAmong = (identities: readonly Identity[]): ReadonlySet<string> => {
  const keyed = identities.flatMap((identity, index) =>
    [...new Set(blocksOf(identity))].map((key) => ({ key, index })),
  );
  const found = new Set<string>();
  for (const members of Map.groupBy(keyed, ({ key }) => key).values()) {
    if (members.length > mostInBlock) continue;
    for (const [at, { index }] of members.entries())
      for (const { index: other } of members.slice(at + 1))
        if (areAlike(identities[index], identities[other])) found.add(`${String(index)},${String(other)}`);
  }
  return found;
};

const areAlike = (left: Identity | undefined, right: Identity | undefined): boolean =>
  left !== undefined && right !== undefined && compareIdentities(left, right).verdict !== 'DIFFERENT';

const measured = (plan: FebrlPlan) => {
  const people = febrlPersons(plan);
  return { people, ...pairScores(people, pairsAmong(people.map(identityOfPerson))) };
};

const ana = {
  firstName: 'Ana María',
  lastName: 'Vélez Ruiz',
  emails: ['ana.velez@puerto.ec'],
  phones: ['+593991234567'],
};
const compare = (left: object, right: object) => compareIdentities(identityOf(left), identityOf(right));

describe('sounds of names', () => {
  it.each([
    ['Vélez', 'Belés'],
    ['Quishpe', 'Kishpe'],
    ['Jiménez', 'Gimenes'],
    ['Yolanda', 'Llolanda'],
    ['Hernández', 'Ernandes'],
    ['Philip', 'Filip'],
    ['Muñoz', 'Munos'],
  ])('%s sounds like %s', (left, right) => {
    expect(soundOf(left)).toBe(soundOf(right));
  });

  it.each([
    ['Vélez', 'Pérez'],
    ['Torres', 'Flores'],
  ])('%s does not sound like %s', (left, right) => {
    expect(soundOf(left)).not.toBe(soundOf(right));
  });
});

describe('comparing people', () => {
  it('forgives accents, order of names, a plus in an address and the country code', () => {
    const other = {
      firstName: 'Velez Ruiz',
      lastName: 'ana maria',
      emails: ['ana.velez+crm@puerto.ec'],
      phones: ['0991234567'],
    };
    expect(compare(ana, other)).toMatchObject({ verdict: 'CERTAIN', score: 1 });
    expect(mailboxOf('A.Na+x@Gmail.com')).toBe('ana@gmail.com');
    expect(phoneDigits('00593 99 123 4567')).toBe(phoneDigits('0991234567'));
  });

  it('says why', () => {
    const { reasons } = compare(ana, { ...ana, phones: ['+593991234568'] });
    expect(reasons.map(({ field, similarity }) => [field, similarity])).toEqual([
      ['name', 1],
      ['email', 1],
      ['phone', 0.85],
    ]);
  });

  it('tells namesakes apart who share nothing else', () => {
    const namesake = { ...ana, emails: ['otra@valle.ec'], phones: ['+593987000111'] };
    expect(compare(ana, namesake).verdict).toBe('DIFFERENT');
  });

  it('takes an equal tax number and a like name for certain, whatever else differs', () => {
    const left = { ...ana, taxId: '1710034065' };
    const right = {
      firstName: 'Ana',
      lastName: 'Velez',
      taxId: '171003406-5',
      emails: ['x@y.ec'],
      phones: ['+593987000111'],
    };
    expect(compare(left, right).verdict).toBe('CERTAIN');
  });

  it('knows a company by its words, without its legal form', () => {
    const left = { type: 'ORGANISATION', name: 'Molinos del Valle S.A.' };
    expect(compare(left, { type: 'ORGANISATION', name: 'MOLINOS DEL VALLE CÍA. LTDA.' }).verdict).toBe('CERTAIN');
    expect(compare(left, { type: 'ORGANISATION', name: 'Molinos del Puerto S.A.' }).verdict).toBe('DIFFERENT');
  });

  it('looks for nobody by one name alone, and tells numbers apart', () => {
    expect(blocksOf(identityOf({ firstName: 'Eva' }))).toEqual([]);
    expect(compare({ firstName: 'Eva', lastName: '12' }, { firstName: 'Eva', lastName: '31' }).verdict).toBe(
      'DIFFERENT',
    );
  });

  it('makes nothing of nothing', () => {
    expect(compare({ type: 'PERSON' }, { type: 'PERSON' })).toEqual({ score: 0, verdict: 'DIFFERENT', reasons: [] });
    expect(blocksOf(identityOf({ type: 'PERSON' }))).toEqual([]);
  });
});

describe('pairs found among persons as Febrl makes them', () => {
  it('F1 is at least 0.97 on a thousand with a duplicate for each', () => {
    const { people, f1, precision } = measured(thousand);
    expect(people).toHaveLength(1000);
    expect(f1).toBeGreaterThanOrEqual(0.97);
    expect(precision).toBeGreaterThanOrEqual(0.99);
  });

  it('F1 is at least 0.95 on five thousand with up to five duplicates each', () => {
    const { people, f1, precision } = measured(fiveThousand);
    expect(people).toHaveLength(5000);
    expect(f1).toBeGreaterThanOrEqual(0.95);
    expect(precision).toBeGreaterThanOrEqual(0.99);
  });
});
