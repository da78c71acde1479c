import { describe, expect, it } from '@jest/globals';
import type { SeenText } from '#kernel';
import { cards } from '#test/support/card-people';
import { textractLines, type AnsweredCard } from '#test/support/textract-answers';
import { certain, type CardFieldName } from './card-fields.rules.ts';
import { leavesDoubts, readCard, withAnswers } from './read-card.rules.ts';

const read = (lines: readonly SeenText[]) => {
  const fields = readCard(lines, { country: 'EC' });
  const all = (name: CardFieldName) => fields.filter((field) => field.name === name).map(({ value }) => value);
  return { fields, all, said: Object.fromEntries(fields.toReversed().map(({ name, value }) => [name, value])) };
};
const answered = (card: AnsweredCard) => read(textractLines(card));
const lines = (...texts: readonly string[]): readonly SeenText[] =>
  texts.map((text, index) => ({
    text,
    confidence: 0.97,
    box: { left: 0.1, top: 0.1 + index * 0.1, width: text.length * 0.02, height: index === 0 ? 0.07 : 0.05 },
  }));

describe('a card as Textract tells it', () => {
  it('tells a lawyer with titles, mobile and office phones in national form, and the address', () => {
    const { said, fields } = answered('lawyer-with-titles');
    expect(said).toMatchObject({
      title: 'Dra. MSc.',
      firstName: 'Mónica',
      lastName: 'Villacís Andrade',
      jobTitle: 'Socia Fundadora',
      company: 'GARCÉS & VILLACÍS',
      email: 'monica.villacis@garcesvillacis.com.ec',
      mobile: '+593998451122',
      phone: '+59322554433',
      street: 'Av. República E7-123 y Diego de Almagro, Edif. Forum 300, piso 9',
      country: 'EC',
    });
    expect(fields.find(({ name }) => name === 'email')?.box).toMatchObject({ left: 0.08, top: 0.76 });
  });

  it('joins what was seen apart and puts misread signs right', () => {
    const { said, fields } = answered('two-columns-split');
    expect(said).toMatchObject({
      firstName: 'Avery',
      lastName: 'Smith',
      jobTitle: 'Senior Account Executive',
      email: 'avery.smith@northwindtraders.co.uk',
      mobile: '+447700900123',
      phone: '+442079460958',
      fax: '+442079460959',
      website: 'northwindtraders.co.uk',
      postcode: 'BS1 4RN',
      country: 'GB',
    });
    expect(said['company']).toMatch(/^NORTHWIND|^TRADERS/);
    expect(fields.find(({ name }) => name === 'email')?.confidence).toBeLessThan(certain);
  });

  it('makes no company of a mail address that anybody may have', () => {
    const { said, fields } = answered('free-mail-no-company');
    expect(said).toMatchObject({
      firstName: 'Rosa Elena',
      lastName: 'Paz',
      jobTitle: 'Diseñadora de interiores',
      email: 'rosapaz.disenos@gmail.com',
      mobile: '+593987654321',
      social: '@rosapaz.disenos',
    });
    expect(said['company']).toBeUndefined();
    expect(leavesDoubts(fields)).toBe(true);
  });

  it('tells a tax number from a phone', () => {
    const { said, all } = answered('supplier-with-tax-number');
    expect(said).toMatchObject({
      company: 'Importadora Ríos Cía. Ltda.',
      taxId: '1790012345001',
      title: 'Ing.',
      firstName: 'Pedro',
      lastName: 'Ríos Carrión',
      jobTitle: 'Gerente General',
      email: 'pedro@importadorarios.ec',
      website: 'www.importadorarios.ec',
    });
    expect(all('phone')).toEqual(['+59342567890']);
  });
});

describe('reading a card', () => {
  it.each(cards)('tells $name of $company', (card) => {
    const { said } = read(
      lines(
        card.name,
        card.jobTitle,
        card.company,
        card.email,
        `Tel. ${card.phone[0]}`,
        card.website,
        card.address.join(', '),
      ),
    );
    expect([said['firstName'], said['lastName']].join(' ')).toBe(card.name);
    expect(said).toMatchObject({
      company: card.company,
      email: card.email,
      jobTitle: card.jobTitle,
      phone: card.phone[1],
    });
  });

  it('leaves no doubts where all is said', () => {
    const { fields } = read(
      lines('Ana Vera', 'Molinos del Valle S.A.', 'ana.vera@molinosvalle.com', 'Cel. 099 845 1122'),
    );
    expect(leavesDoubts(fields)).toBe(false);
  });

  it('is as sure as its reader: what was hardly seen is not certain', () => {
    const dim = lines('Ana Vera', 'Molinos del Valle S.A.', 'ana.vera@molinosvalle.com').map((line) => ({
      ...line,
      confidence: 0.6,
    }));
    expect(readCard(dim, { country: 'EC' }).every(({ confidence }) => confidence < certain)).toBe(true);
  });

  it('finds an address whose @ was read as a letter, and is not sure of it', () => {
    const guessed = readCard(
      lines('Ana Vera', 'Molinos del Valle', 'ana.veraQmolinosvalle.com', 'www.molinosvalle.com'),
      {
        country: 'EC',
      },
    ).find(({ name }) => name === 'email');
    expect(guessed?.value).toBe('ana.vera@molinosvalle.com');
    expect(guessed?.confidence).toBeLessThan(certain);
  });

  it('takes national numbers for those of the country on the card, then of its internet name, then of the tenant', () => {
    const phone = (...more: readonly string[]) => read(lines('Ana Vera', 'Tel. 91 123 45 67', ...more)).said['phone'];
    expect(phone('28001 Madrid, España')).toBe('+34911234567');
    expect(phone('ana@vera.es')).toBe('+34911234567');
    expect(read(lines('Ana Vera', 'Tel. 02 255 4433')).said['phone']).toBe('+59322554433');
  });

  it.each([
    ['nothing', []],
    ['noise', lines('~', '|||', '. .')],
    ['a page that is no card', lines('the quick brown fox jumps', 'over the lazy dog')],
  ])('finds nothing on %s', (_what, seen) => {
    expect(readCard(seen, { country: 'EC' })).toEqual([]);
  });

  it('lets the surer of a value and an answer win', () => {
    const fields = readCard(lines('Ana Vera', 'ana veraQmolinos'), { country: 'EC' });
    const answers = new Map([
      ['email', { text: 'ana@molinos.ec', confidence: 0.95 }],
      ['company', { text: 'Molinos', confidence: 0.9 }],
      ['name', { text: 'Ann', confidence: 0.1 }],
    ]);
    const merged = withAnswers(fields, answers, { country: 'EC' });
    const value = (name: CardFieldName) => merged.find((field) => field.name === name)?.value;
    expect([value('firstName'), value('email'), value('company')]).toEqual(['Ana', 'ana@molinos.ec', 'Molinos']);
  });
});
