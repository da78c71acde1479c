import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, fullAccess, link, module, money, noOwner, optional, ownedBy, ref, text, type AnyRow } from '#kernel';
import { modules } from '#modules';
import { fileKey } from '#modules/platform/files';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';

const Shop = entity('Shop', {
  idPrefix: 'shp',
  describes: 'A shop, for the test.',
  fields: {
    name: text({ describes: 'Its name.' }),
    creditLimit: optional(money({ describes: 'What it may owe.' })),
    owner: optional(ref('User', { describes: 'Whose.' })),
  },
  owner: ownedBy('owner'),
  keys: { byOwner: { gsi: 2, sort: 'name' } },
  defaults: ['create', 'update'],
  title: ({ name }) => name,
});
const ShopOrder = entity('ShopOrder', {
  idPrefix: 'sho',
  describes: 'An order of a shop, for the test.',
  fields: { name: text({ describes: 'What.' }), shop: ref('Shop', { describes: 'Whose.' }) },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' }, byShop: link('shop', 'createdAt', 'Shop.orders') },
  defaults: ['create'],
  title: ({ name }) => name,
});
const shops = module('sales/shops', { entities: [Shop, ShopOrder] });
const allModules = [...modules, shops, peopleForTests];

type Summary = { readonly file: AnyRow; readonly url: string };
const tenanted = withTenantTable();
let domain: Domain;
let shop: AnyRow;
let people: readonly string[];
beforeEach(async () => {
  domain = startDomain({ modules: allModules, table: tenanted.table, tenant: tenanted.tenant });
  people = await makePeople(domain, ['Ana', 'Ben']);
  const creditLimit = { amount: '5000', currency: 'USD' };
  shop = await domain.run('createShop', { name: 'Botica Ñuñoa', owner: people[0], creditLimit });
  await domain.run('createShopOrder', { name: 'Ecógrafo', shop: shop.id });
  await domain.settle();
});
const summarize = (actor = domain.actor(), key?: string) =>
  domain.run<Summary>(
    'createRecordSummary',
    { record: shop.id, locale: 'es' },
    actor,
    key === undefined ? {} : { idempotencyKey: key },
  );
const bytesOf = async ({ file }: Summary): Promise<Uint8Array> =>
  (await domain.runtime.ports.files.get(fileKey(tenanted.tenant, file.id))) ?? new Uint8Array();
const hashOf = async (summary: Summary): Promise<string> =>
  createHash('sha256')
    .update(await bytesOf(summary))
    .digest('hex');

describe('createRecordSummary', () => {
  it('keeps a PDF with the record and answers where to fetch it', async () => {
    const summary = await summarize();
    expect(summary.file).toMatchObject({
      name: 'Botica Ñuñoa.pdf',
      contentType: 'application/pdf',
      record: shop.id,
      status: 'READY',
    });
    expect(summary.url).toContain(summary.file.id);
    expect(Buffer.from((await bytesOf(summary)).subarray(0, 5)).toString()).toBe('%PDF-');
  });

  it('shows nothing that the caller may not see, and the same to the same', async () => {
    const whole = await hashOf(await summarize());
    expect(await hashOf(await summarize())).toBe(whole);
    const blind = domain.actor({ rules: { ...fullAccess, hiddenFields: ['Shop.creditLimit'] } });
    const limited = await hashOf(await summarize(blind));
    expect(limited).not.toBe(whole);
    await domain.run('updateShop', {
      id: shop.id,
      version: shop.version,
      creditLimit: { amount: '9', currency: 'USD' },
    });
    expect(await hashOf(await summarize(blind))).toBe(limited);
  });

  it('shows fields of the tenant’s own, but not what is sensitive or hidden', async () => {
    const define = (key: string, sensitive: boolean) =>
      domain.run('createCustomField', {
        recordType: 'Account',
        key,
        kind: 'TEXT',
        labels: { es: 'Ruta', en: 'Route' },
        sensitive,
      });
    await define('route', false);
    await define('secret', true);
    const account = await domain.run<AnyRow>('createAccount', { name: 'Faro' });
    const made = async (version: number, custom: object, actor = domain.actor()) => {
      await domain.run('updateAccount', { id: account.id, version, custom });
      const summary = await domain.run<Summary>('createRecordSummary', { record: account.id, locale: 'es' }, actor);
      return hashOf(summary);
    };
    const bare = await made(1, {});
    const shown = await made(1, { route: 'Norte' });
    expect(shown).not.toBe(bare);
    expect(await made(2, { secret: 'x' })).toBe(shown);
    const blind = domain.actor({ rules: { ...fullAccess, hiddenFields: ['Account.custom.route'] } });
    expect(await made(3, {}, blind)).toBe(bare);
  });

  it('is for those who see the record', async () => {
    const rules = {
      entities: { '*': { read: 'own', create: 'own' } },
      operations: [],
      hiddenFields: [],
      readOnlyFields: [],
    } as const;
    const as = (index: number) => domain.actor({ id: people[index] ?? '', userId: people[index] ?? '', rules });
    expect((await summarize(as(0))).file['owner']).toBe(people[0]);
    expect(await failure(summarize(as(1)))).toBe('NOT_FOUND');
    expect(await failure(summarize(domain.actor({ tenant: 'other' })))).toBe('NOT_FOUND');
    expect(await failure(summarize(domain.actor({ rules: { ...rules, entities: {} } })))).toBe('FORBIDDEN');
  });

  it('makes one file for one idempotency key', async () => {
    const first = await summarize(domain.actor(), 'once');
    expect((await summarize(domain.actor(), 'once')).file.id).toBe(first.file.id);
  });
});
