import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { upload } from '#test/support/importing';
import { startOtherTenant } from '#test/support/other-tenant';

type Catalogue = Answered & { readonly status: string };
type Share = Answered & { readonly status: string; readonly views: number; readonly downloads: number };

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
const shareFields = 'status views downloads';

let cloud: TestCloud;
let seller: Caller;
const { ask, act, signIn } = openClient(() => cloud);
const ids = { chair: '', ana: '', luis: '', catalogue: '' };

const create = (more: object = {}) =>
  act<Catalogue>(
    'createCatalogue',
    { name: 'Otoño', families: ['Muebles'], validUntil: '2099-12-31', introduction: 'Lo nuevo.', ...more },
    'status',
    seller,
  );
const publish = ({ id, version }: Answered, caller = seller) =>
  act<Catalogue>('publishCatalogue', { id, version }, 'status', caller);
const sharesOf = async (catalogue: string) =>
  (
    await ask<{ catalogue: { shares: { nodes: (Share & { contact: { id: string } | null })[] } } }>(
      `query($id: ID!) { catalogue(id: $id) { shares { nodes { id version ${shareFields} contact { id } } } } }`,
      { id: catalogue },
      seller,
    )
  ).catalogue.shares.nodes;

beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
  const picture = await upload(cloud, 'silla.png', pixel, 'image/png');
  const chair = { sku: 'SILLA', name: 'Silla <b>alta</b>', family: 'Muebles/Sillas', pictures: [picture] };
  ids.chair = (await act('createProduct', { ...chair, listPrice: { amount: '100', currency: 'USD' } })).id;
  await act('createProductFamily', { path: 'Muebles/Sillas' });
  await act('createProduct', { sku: 'MESA', name: 'Mesa', family: 'Muebles' });
  await act('createProduct', { sku: 'VIEJA', name: 'Vieja', family: 'Muebles', active: false });
  const contact = (values: object) =>
    act('createContact', { jobTitle: 'Compras', language: 'es', ...values }, '', seller);
  ids.ana = (await contact({ firstName: 'Ana', lastName: 'Vera', email: 'ana@cliente.test' })).id;
  ids.luis = (await contact({ firstName: 'Luis', lastName: 'Paz' })).id;
  ids.catalogue = (await publish(await create())).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('digital catalogues', () => {
  it('PRD-04 a selection with pictures and prices is a page behind a link and a PDF, and who opens it is known', async () => {
    await act('sendCatalogue', { catalogue: ids.catalogue, contact: ids.ana, message: 'Mire.' }, shareFields, seller);
    await cloud.idle();
    const [mail] = await cloud.mailbox({ to: 'ana@cliente.test' });
    expect(mail?.subject).toBe('Otoño');
    const url = /href="([^"]+\/p\/catalogue\/[^"]+)"/.exec(mail?.html ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '';
    const page = await fetch(url);
    const html = await page.text();
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("img-src 'self'"),
    ]);
    for (const said of ['Otoño', 'Lo nuevo.', 'Silla &lt;b&gt;alta', '100,00', 'a consultar', 'Muebles/Sillas'])
      expect(html).toContain(said);
    expect(html).not.toContain('Vieja');
    const picture = /src="(\?picture=[^"]+)"/.exec(html)?.[1] ?? '';
    const shown = await fetch(new URL(picture, url));
    expect([shown.headers.get('content-type'), Buffer.from(await shown.arrayBuffer())]).toEqual(['image/png', pixel]);
    expect((await fetch(`${url}?picture=fil_00000000000000000000000000`)).status).toBe(404);
    const pdf = await fetch(url, { method: 'POST' });
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    expect(await sharesOf(ids.catalogue)).toMatchObject([
      { status: 'VIEWED', views: 1, downloads: 1, contact: { id: ids.ana } },
    ]);
  });

  it('PRD-04 goes to the contacts of a segment, and leaves out with the reason whom it cannot reach', async () => {
    const segment = await act('createSegment', {
      name: 'Compras',
      recordType: 'Contact',
      where: { jobTitle: { eq: 'Compras' } },
    });
    await cloud.idle();
    const sent = await ask<{ done: { job: { id: string } } }>(
      'mutation($input: SendCatalogueToSegmentInput!) { done: sendCatalogueToSegment(input: $input) { job { id } } }',
      { input: { catalogue: ids.catalogue, segment: segment.id } },
      seller,
    );
    await cloud.idle();
    const { jobResults } = await ask<{ jobResults: { results: object[] } }>(
      'query($id: ID!) { jobResults(id: $id) { results { record status code } } }',
      { id: sent.done.job.id },
      seller,
    );
    expect(jobResults.results).toHaveLength(2);
    expect(jobResults.results).toContainEqual({ record: ids.luis, status: 'skipped', code: 'NO_EMAIL' });
    expect(await cloud.mailbox({ to: 'ana@cliente.test' })).toHaveLength(2);
  });

  it('PRD-04 a link for everybody can be given by hand and taken back; a draft and a stranger have none', async () => {
    const draft = await create();
    const share = (catalogue: string, caller = seller) =>
      act<Share>('shareCatalogue', { catalogue }, shareFields, caller);
    expect(await failing(share(draft.id))).toContain('INVALID_STATE');
    const open = await share(ids.catalogue);
    const link = await ask<{ catalogueLink: { url: string } }>(
      'query($share: ID!) { catalogueLink(share: $share) { url } }',
      { share: open.id },
      seller,
    );
    expect((await fetch(link.catalogueLink.url)).status).toBe(200);
    await act('revokeCatalogueShare', { id: open.id }, '', seller);
    expect((await fetch(link.catalogueLink.url)).status).toBe(404);
    const stranger = await startOtherTenant(cloud);
    expect(await failing(share(ids.catalogue, stranger))).toContain('NOT_FOUND');
    expect(await failing(publish(draft, stranger))).toContain('NOT_FOUND');
  });

  it('PRD-04 says clearly what cannot be published, and stays as it was published', async () => {
    expect(await failing(create({ families: [] }))).toContain('NOTHING_SELECTED');
    expect(await failing(create({ families: ['Nada'] }).then(publish))).toContain('NOTHING_SELECTED');
    expect(await failing(create({ validUntil: '2020-01-01' }).then(publish))).toContain('ALREADY_OVER');
    const draft = await create({ showsPrices: false });
    expect(await failing(publish({ ...draft, version: 9 }))).toContain('STALE_VERSION');
    const { id, version } = await publish(draft);
    expect(await failing(act('updateCatalogue', { id, version, name: 'Otra' }, '', seller))).toContain('FROZEN');
    expect((await act<Catalogue>('endCatalogue', { id, version }, 'status', seller)).status).toBe('ENDED');
  });
});
