// Fifty cards (ten in `npm test`), in Spanish and English and in all layouts, through the whole local path: upload, scan, draft.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cards, type Card } from '#test/support/card-people';
import { drawCard } from '#test/support/cards';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { succeed, upload } from '#test/support/importing';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 90_000);
afterAll(() => cloud.stop());

type Draft = Readonly<Record<'firstName' | 'lastName' | 'organisationName' | 'email', string | null>>;
type Scan = { readonly draft: Draft; readonly fields: readonly { readonly name: string; readonly value: string }[] };

const scan = async (card: Card, layout: number): Promise<Scan> => {
  const file = await upload(cloud, 'card.png', drawCard(card, layout), 'image/png');
  const selection = 'cardScan { draft { firstName lastName organisationName email } fields { name value } }';
  return (await succeed<{ cardScan: Scan }>(cloud, 'scanCard', { file }, selection)).cardScan;
};

/** Readers mistake accents, and some cards shout; letters and digits must be right. */
const letters = (text: string | null): string =>
  (text ?? '')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** Each person twice, in another layout the second time. */
const printed = [...cards, ...cards]
  .map((card, index) => ({ card, layout: index < cards.length ? index : index + 2 }))
  .filter((_, index) => process.env['LAZO_LOAD'] === 'full' || index % 5 === 0);

describe('generated cards', () => {
  it('CON-04 name, company, e-mail and phone are right on nine of ten and more', async () => {
    const right = { name: 0, company: 0, email: 0, phone: 0 };
    for (const { card, layout } of printed) {
      const { draft, fields } = await scan(card, layout);
      const phones = fields.filter(({ name }) => name === 'mobile' || name === 'phone').map(({ value }) => value);
      right.name += Number(letters(`${draft.firstName ?? ''}${draft.lastName ?? ''}`) === letters(card.name));
      right.company += Number(letters(draft.organisationName) === letters(card.company));
      right.email += Number(draft.email === card.email);
      right.phone += Number(phones.includes(card.phone[1]));
    }
    const least = 0.9 * printed.length;
    expect(Object.entries(right).filter(([, count]) => count < least)).toEqual([]);
  }, 300_000);
});
