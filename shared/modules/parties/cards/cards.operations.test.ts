import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { UnreadablePicture, type DocumentReader } from '#kernel/ports';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { textractLines, type AnsweredCard } from '#test/support/textract-answers';
import { fileKey } from '#modules/platform/files';
import type { ContactRow } from '#modules/parties/contacts';
import type { CardScanRow } from './card-scan.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: Actor;
let luis: Actor;
let shown: AnsweredCard | undefined;
let answers: Awaited<ReturnType<DocumentReader['answer']>> = new Map();
let questions = 0;

const documentReader: DocumentReader = {
  readLines: () =>
    shown ? Promise.resolve(textractLines(shown)) : Promise.reject(new UnreadablePicture(new Error('no'))),
  answer: () => {
    questions += 1;
    return Promise.resolve(answers);
  },
  readExpense: () => Promise.resolve(new Map()),
};

beforeEach(async () => {
  domain = startDomain({
    modules: partyModules,
    table: tenanted.table,
    tenant: tenanted.tenant,
    ports: { documentReader },
  });
  const [anaId = '', luisId = ''] = await makePeople(domain, ['Ana', 'Luis']);
  ana = person(domain, anaId);
  luis = person(domain, luisId);
  shown = 'lawyer-with-titles';
  answers = new Map();
  questions = 0;
});

/** Bytes that begin as such a file does. */
const contentOf = (contentType: string, size: number): Uint8Array => {
  const heads: Readonly<Record<string, string>> = { 'image/jpeg': 'ffd8ffe0', 'image/png': '89504e470d0a1a0a' };
  const head = Buffer.from(heads[contentType] ?? Buffer.from('%PDF-1.7').toString('hex'), 'hex');
  return Buffer.concat([head, Buffer.alloc(size)]).subarray(0, size);
};

const photo = async (actor = domain.actor(), contentType = 'image/jpeg', size = 400): Promise<string> => {
  const { file } = await domain.run<{ file: { id: string } }>(
    'startUpload',
    { name: 'card.jpg', contentType, size },
    actor,
  );
  await domain.runtime.ports.files.put(fileKey(actor.tenant, file.id), contentOf(contentType, size), contentType);
  await domain.run('finishUpload', { id: file.id }, actor);
  return file.id;
};
const scan = async (actor = domain.actor()): Promise<CardScanRow> =>
  domain.run<CardScanRow>('scanCard', { file: await photo(actor) }, actor);
type Confirmed = { readonly contact: ContactRow; readonly card: CardScanRow };
const confirm = (card: CardScanRow, input: object = {}, actor = domain.actor()): Promise<Confirmed> =>
  domain.run<Confirmed>('confirmCard', { id: card.id, version: card.version, ...input }, actor);

describe('scanning a card', () => {
  it('answers a draft and saves no contact', async () => {
    const card = await scan();
    expect(card).toMatchObject({
      status: 'DRAFT',
      draft: { firstName: 'Mónica', email: 'monica.villacis@garcesvillacis.com.ec', phone: '+593998451122' },
      contacts: [],
      accounts: [],
    });
    expect((await domain.reader().data(domain.registry.entity('Contact')).list({})).rows).toEqual([]);
    expect(questions).toBe(0);
  });

  it('asks in words only where the lines leave doubts, or when it is told to', async () => {
    shown = 'free-mail-no-company';
    answers = new Map([['company', { text: 'Paz Interiores', confidence: 0.99 }]]);
    expect((await scan()).draft.organisationName).toBe('Paz Interiores');
    expect(questions).toBe(1);
    shown = 'lawyer-with-titles';
    await domain.run('scanCard', { file: await photo(), thorough: true });
    expect(questions).toBe(2);
  });

  it('shows who it may be already, of those that one sees', async () => {
    const email = 'monica.villacis@garcesvillacis.com.ec';
    const known = await domain.run<ContactRow>(
      'createContact',
      { firstName: 'Mónica', lastName: 'Villacis Andrade', email },
      ana,
    );
    const office = await domain.run<{ id: string }>(
      'createAccount',
      {
        name: 'Garcés & Villacís',
        websites: ['https://www.garcesvillacis.com.ec'],
        emails: [{ address: 'info@garcesvillacis.com.ec' }],
      },
      ana,
    );
    await domain.settle();
    expect(await scan(ana)).toMatchObject({
      contacts: [{ contact: known.id, because: ['EMAIL', 'NAME'] }],
      accounts: [{ account: office.id, because: ['NAME', 'DOMAIN'] }],
    });
    expect(await scan(luis)).toMatchObject({ contacts: [], accounts: [] });
  });

  it.each([
    ['a document', 'application/pdf', 400, 'CARD_NOT_A_PICTURE'],
    ['too large a picture', 'image/png', 10 * 1024 * 1024 + 1, 'CARD_TOO_LARGE'],
  ])('refuses %s', async (_what, contentType, size, code) => {
    const file = await photo(domain.actor(), contentType, size);
    expect(await failure(domain.run('scanCard', { file }))).toBe(code);
  });

  it('refuses what cannot be read, is no card, or is not there', async () => {
    shown = undefined;
    expect(await failure(scan())).toBe('CARD_UNREADABLE');
    expect(await failure(domain.run('scanCard', { file: 'fil_01ARZ3NDEKTSV4RRFFQ69G5FAV' }))).toBe('NOT_FOUND');
    expect(await failure(domain.run('scanCard', { file: await photo(ana) }, luis))).toBe('NOT_FOUND');
  });

  it('makes one card for one idempotency key', async () => {
    const file = await photo();
    const [one, two] = [
      await domain.run<CardScanRow>('scanCard', { file }, domain.actor(), { idempotencyKey: 'k' }),
      await domain.run<CardScanRow>('scanCard', { file }, domain.actor(), { idempotencyKey: 'k' }),
    ];
    expect(two.id).toBe(one.id);
  });
});

describe('confirming a card', () => {
  it('makes the contact of what is sure and of what one says', async () => {
    const { contact, card } = await confirm(await scan(), { lastName: 'Villacís A.' });
    expect(contact).toMatchObject({
      title: 'Dra. MSc.',
      firstName: 'Mónica',
      lastName: 'Villacís A.',
      jobTitle: 'Socia Fundadora',
      phone: '+593998451122',
      phones: [{ label: 'mobile' }, { label: 'phone', number: '+59322554433' }],
      email: 'monica.villacis@garcesvillacis.com.ec',
    });
    expect(card).toMatchObject({ status: 'SAVED', contact: contact.id });
  });

  it('takes what is doubtful only when somebody accepts it', async () => {
    shown = 'two-columns-split';
    expect((await confirm(await scan())).contact.email).toBeUndefined();
    expect((await confirm(await scan(), { accept: ['email'] })).contact.email).toBe(
      'avery.smith@northwindtraders.co.uk',
    );
  });

  it('fills a contact that there is, and replaces nothing', async () => {
    const { id } = await domain.run<ContactRow>('createContact', {
      firstName: 'Moni',
      phone: '+593991112223',
    });
    const { contact } = await confirm(await scan(), { into: id, jobTitle: 'Socia' });
    expect(contact).toMatchObject({
      id,
      firstName: 'Moni',
      lastName: 'Villacís Andrade',
      jobTitle: 'Socia',
      phone: '+593991112223',
    });
    expect(contact.phones).toHaveLength(3);
  });

  it('makes the account too, where the company is sure or given', async () => {
    shown = 'supplier-with-tax-number';
    const { contact } = await confirm(await scan(), { makeAccount: true });
    const account = await domain
      .reader()
      .trusted(domain.registry.entity('Account'))
      .get(contact.account ?? '');
    expect(account).toMatchObject({
      name: 'Importadora Ríos Cía. Ltda.',
      taxId: '1790012345001',
      websites: ['https://www.importadorarios.ec'],
    });
    shown = 'free-mail-no-company';
    expect(await failure(confirm(await scan(), { makeAccount: true }))).toBe('COMPANY_MISSING');
  });

  it('happens once, on the version that was seen, by who sees the card', async () => {
    const card = await scan(ana);
    expect(await failure(confirm(card, {}, luis))).toBe('NOT_FOUND');
    expect(await failure(confirm({ ...card, version: 7 }, {}, ana))).toBe('STALE_VERSION');
    const { card: saved } = await confirm(card, {}, ana);
    expect(await failure(confirm(saved, {}, ana))).toBe('CARD_USED');
    expect(await failure(domain.run('discardCard', { id: saved.id, version: saved.version }, ana))).toBe('CARD_USED');
  });

  it('writes nothing when the contact is refused', async () => {
    shown = 'two-columns-split';
    const card = await scan();
    expect(
      await failure(
        confirm(card, {
          consents: [
            { channel: 'EMAIL', granted: true },
            { channel: 'EMAIL', granted: false },
          ],
        }),
      ),
    ).toBe('CONSENT_TWICE');
    expect((await domain.run<CardScanRow>('discardCard', { id: card.id, version: card.version })).status).toBe(
      'DISCARDED',
    );
  });
});

describe('the picture of a card', () => {
  const isThere = async ({ file }: CardScanRow) =>
    (await domain.runtime.ports.files.head(fileKey(tenanted.tenant, file))) !== undefined;

  it('goes after 30 days, or at once when the card is discarded', async () => {
    const [kept, gone] = [await scan(), await scan()];
    await domain.run('discardCard', { id: gone.id, version: gone.version });
    await domain.advanceTo('2026-11-22T15:02:00.000Z');
    expect([await isThere(kept), await isThere(gone)]).toEqual([true, false]);
    domain.clock.set('2026-12-22T14:59:00.000Z');
    await domain.advanceTo('2026-12-22T15:01:00.000Z');
    expect(await isThere(kept)).toBe(false);
  });

  it('stays with the contact who allowed it', async () => {
    const card = await scan();
    const { contact } = await confirm(card, { keepPicture: true });
    domain.clock.set('2026-12-22T14:59:00.000Z');
    await domain.advanceTo('2026-12-22T15:01:00.000Z');
    expect(await isThere(card)).toBe(true);
    expect(await domain.reader().trusted(domain.registry.entity('File')).get(card.file)).toMatchObject({
      record: contact.id,
    });
  });
});
