import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cards, type Card } from '#test/support/card-people';
import { drawCard } from '#test/support/cards';
import { openClient } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { ask, codesOf, succeed, upload, waitForJob } from '#test/support/importing';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
let seller: Caller;
const { signIn } = openClient(() => cloud);
beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
}, 90_000);
afterAll(() => cloud.stop());

type Scan = {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly fields: readonly {
    readonly name: string;
    readonly value: string;
    readonly confidence: number;
    readonly box: {
      readonly left: number;
      readonly top: number;
      readonly width: number;
      readonly height: number;
    } | null;
  }[];
  readonly draft: Readonly<Record<string, string | null>>;
  readonly contacts: readonly { readonly contact: { readonly id: string }; readonly because: readonly string[] }[];
  readonly accounts: readonly { readonly account: { readonly id: string }; readonly because: readonly string[] }[];
};
const selection = `cardScan { id version status
  fields { name value confidence box { left top width height } }
  draft { firstName lastName organisationName jobTitle email phone }
  contacts { contact { id } because }
  accounts { account { id } because } }`;

const photo = (card: Card, layout: number, caller: Caller): Promise<string> =>
  upload(cloud, 'tarjeta.png', drawCard(card, layout), 'image/png', caller);
const scan = async (card: Card, layout: number, caller = seller): Promise<Scan> =>
  (await succeed<{ cardScan: Scan }>(cloud, 'scanCard', { file: await photo(card, layout, caller) }, selection, caller))
    .cardScan;
const contactCount = async (caller: Caller): Promise<number> =>
  (await ask<{ contacts: { nodes: object[] } }>(cloud, '{ contacts(first: 100) { nodes { id } } }', {}, caller))
    .contacts.nodes.length;
const [maria, carlos] = cards as [Card, Card];

describe('business cards', () => {
  it('CON-04 a photo becomes a draft: values, how sure they are and where they stand; saved only once confirmed', async () => {
    const before = await contactCount(seller);
    const card = await scan(maria, 0);
    expect(card).toMatchObject({
      status: 'DRAFT',
      draft: {
        firstName: 'María José',
        lastName: 'Núñez',
        organisationName: maria.company,
        jobTitle: maria.jobTitle,
        email: maria.email,
        phone: maria.phone[1],
      },
      contacts: [],
    });
    const email = card.fields.find(({ name }) => name === 'email');
    expect(email?.confidence).toBeGreaterThan(0.8);
    expect(email?.box?.left).toBeCloseTo(70 / 1050, 1);
    expect(email?.box?.top).toBeCloseTo(392 / 600, 1);
    expect(await contactCount(seller)).toBe(before);
    const { contact } = await succeed<{ contact: Readonly<Record<string, unknown>> }>(
      cloud,
      'confirmCard',
      { id: card.id, version: card.version, makeAccount: true },
      'contact { id name email phone account { name websites } cards { nodes { id } } }',
      seller,
    );
    expect(contact).toMatchObject({
      name: maria.name,
      email: maria.email,
      phone: maria.phone[1],
      account: { name: maria.company, websites: [`https://${maria.website}`] },
    });
  }, 60_000);

  it('CON-04 the same card again shows the contact and the account that there are, to who may see them', async () => {
    await cloud.idle();
    const card = await scan(maria, 1);
    expect(card.contacts[0]?.because).toEqual(expect.arrayContaining(['EMAIL', 'NAME']));
    expect(card.accounts[0]?.because).toContain('NAME');
    const { contact } = await succeed<{ contact: { id: string; phones: object[] } }>(
      cloud,
      'confirmCard',
      { id: card.id, version: card.version, into: card.contacts[0]?.contact.id },
      'contact { id phones { number } }',
      seller,
    );
    expect(contact).toMatchObject({ id: card.contacts[0]?.contact.id, phones: [{ number: maria.phone[1] }] });
    expect(await codesOf(cloud, 'discardCard', { id: card.id, version: card.version + 1 }, seller)).toEqual([
      'CARD_USED',
    ]);
  }, 60_000);

  it('CON-04 what is doubtful is left out until somebody accepts it', async () => {
    const card = await scan(carlos, 4);
    const sure = card.fields.filter(({ confidence }) => confidence >= 0.8).map(({ name }) => name);
    expect(sure).toEqual(expect.arrayContaining(['firstName', 'lastName', 'mobile']));
    const doubtful = card.fields.filter(({ confidence }) => confidence < 0.8).map(({ name }) => name);
    const { contact } = await succeed<{ contact: object }>(
      cloud,
      'confirmCard',
      { id: card.id, version: card.version, accept: doubtful, jobTitle: 'Jefe de Ventas' },
      'contact { name jobTitle email }',
      seller,
    );
    expect(contact).toEqual({ name: carlos.name, jobTitle: 'Jefe de Ventas', email: carlos.email });
  }, 60_000);

  it('CON-04 what is no picture, no card, or somebody else’s is refused with the reason', async () => {
    const refused = async (body: Uint8Array, type: string, sender = seller) =>
      codesOf(cloud, 'scanCard', { file: await upload(cloud, 'a.png', body, type, sender) }, seller);
    expect(await refused(Buffer.from('%PDF-1.7'), 'application/pdf')).toEqual(['CARD_NOT_A_PICTURE']);
    expect(await refused(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'image/png')).toEqual([
      'CARD_UNREADABLE',
    ]);
    const blank = drawCard(
      { ...maria, name: '', jobTitle: '', company: '', email: '', phone: ['', ''], website: '', address: ['', ''] },
      1,
    );
    expect(await refused(blank, 'image/png')).toEqual(['CARD_EMPTY']);
    const others = await startOtherTenant(cloud);
    const file = await photo(maria, 0, seller);
    await expect(succeed(cloud, 'scanCard', { file }, 'cardScan { id }', others)).rejects.toThrow('NOT_FOUND');
  }, 60_000);

  it('CON-04 vCards enter as contacts and leave as files and codes', async () => {
    const vcf =
      'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=91u=C3=B1ez;=C3=8D=C3=B1igo\r\nTEL;CELL:0998887766\r\nEND:VCARD\r\n';
    const file = await upload(cloud, 'tarjetas.vcf', vcf, 'text/vcard', seller);
    const { job } = await succeed<{ job: { id: string } }>(cloud, 'addVCards', { file }, 'job { id }', seller);
    expect(await waitForJob(cloud, job.id)).toMatchObject({ status: 'COMPLETED', counts: { created: 1 } });
    await cloud.idle();
    const found = await ask<{ search: { hits: { record: { id: string } }[] } }>(
      cloud,
      '{ search(text: "Íñigo Ñuñez") { hits { record { id } } } }',
      {},
      seller,
    );
    const id = found.search.hits[0]?.record.id;
    const read = await ask<{ contactVCard: { vcard: string }; contactQrCode: { svg: string } }>(
      cloud,
      'query($id: ID!) { contactVCard(ids: [$id], version: V4) { vcard fileName } contactQrCode(id: $id) { svg } }',
      { id },
      seller,
    );
    expect(read.contactVCard.vcard).toContain('TEL;VALUE=uri;TYPE=cell;PREF=1:tel:+593998887766');
    expect(read.contactQrCode.svg).toContain('<svg');
  }, 60_000);
});
