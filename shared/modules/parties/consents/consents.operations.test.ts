import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { workAs } from '#kernel/work';
import { linkTo, runPage } from '#kernel/run-page';
import { consentsOf, suppress, Suppression, welcomeBack, type Stop } from '#modules/platform/mail-out';
import { ConsentProof } from '#modules/platform/privacy';
import { Contact } from '#modules/parties/contacts';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMerging } from '#test/support/merging';
import { partyModules } from '#test/support/parties';

const tenanted = withTenantTable();
let domain: Domain;
const { run, merge, follow } = openMerging(() => domain);
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

const email = (granted: boolean, more: object = {}) => ({ channel: 'EMAIL', granted, ...more });
const make = async (consents: readonly object[] = []): Promise<string> => {
  const { id } = await run('createContact', { firstName: 'Eva', lastName: 'Luna', consents });
  await follow();
  return id;
};
const edit = async (id: string, consents: readonly object[]): Promise<void> => {
  domain.clock.advance(60_000);
  const { version } = await domain.reader().data(Contact).get(id);
  await run('updateContact', { id, version, consents });
  await follow();
};
const say = async (subject: string, granted: boolean, purpose = 'GENERAL'): Promise<AnyRow> => {
  domain.clock.advance(60_000);
  const wording = { wording: 'Quiero novedades.', wordingVersion: '1', source: { how: 'CALL', where: 'By phone' } };
  const proof = await run('recordConsent', { subject, purpose, channel: 'EMAIL', granted, ...wording });
  await follow();
  return proof;
};
const shown = async (id: string): Promise<readonly (readonly [string, boolean])[]> =>
  ((await domain.reader().data(Contact).get(id)).consents ?? []).map(({ channel, granted }) => [channel, granted]);
const may = async (subject: string, purpose = 'GENERAL') =>
  (await run<{ allowed: boolean }>('mayContact', { subject, purpose, channel: 'EMAIL' })).allowed;
const proofs = async (subject: string) =>
  (await domain.reader().data(ConsentProof).page('bySubject', { of: subject, first: 100 })).rows;

describe('what is entered with a contact', () => {
  it('gets a proof for each channel, and takes it along when it changes', async () => {
    const id = await make([email(true, { source: 'Feria 2026' }), { channel: 'SMS', granted: false }]);
    expect((await proofs(id)).map(({ channel, status, wording }) => [channel, status, wording]).sort()).toEqual([
      ['EMAIL', 'GRANTED', 'Feria 2026'],
      ['SMS', 'REFUSED', 'As noted with the contact.'],
    ]);
    expect(await may(id)).toBe(true);
    await edit(id, [email(false), { channel: 'SMS', granted: false }]);
    expect(await may(id)).toBe(false);
    expect((await proofs(id)).map(({ status }) => status).sort()).toEqual(['REFUSED', 'WITHDRAWN']);
  });

  it('is taken back by leaving a yes out; a no is not forgotten so', async () => {
    const id = await make([email(true), { channel: 'SMS', granted: false }]);
    await edit(id, []);
    expect([...(await shown(id))].sort()).toEqual([
      ['EMAIL', false],
      ['SMS', false],
    ]);
    expect(await may(id)).toBe(false);
  });

  it('comes with a merge: the stricter one counts', async () => {
    const [stays, goes] = [await make([email(true)]), await make([email(false)])];
    domain.clock.advance(60_000);
    await merge(stays, goes);
    await follow();
    expect(await shown(stays)).toEqual([['EMAIL', false]]);
    expect(await may(stays)).toBe(false);
  });
});

describe('what is said with proof', () => {
  it('shows at the contact, for the channel as such alone; whoever follows events hears of it', async () => {
    const id = await make();
    await say(id, true);
    expect(await shown(id)).toEqual([['EMAIL', true]]);
    await say(id, true, 'NEWSLETTER');
    await say(id, false, 'NEWSLETTER');
    expect(await shown(id)).toEqual([['EMAIL', true]]);
    const { id: proof } = await say(id, false);
    expect(await shown(id)).toEqual([['EMAIL', false]]);
    const { versions } = await run<{ versions: { type: string }[] }>('history', { record: proof });
    expect(versions.map(({ type }) => type)).toEqual(['consentProof.withdrawn', 'consentProof.created']);
    expect((await domain.reader().data(Contact).get(id)).consents?.[0]?.source).toBe('By phone');
  });

  it('of a purpose is undone by a no to the channel, until it is said again', async () => {
    const id = await make();
    await say(id, true, 'NEWSLETTER');
    expect([await may(id, 'NEWSLETTER'), await may(id)]).toEqual([true, false]);
    await edit(id, [email(false)]);
    expect(await may(id, 'NEWSLETTER')).toBe(false);
    await say(id, true, 'NEWSLETTER');
    expect(await may(id, 'NEWSLETTER')).toBe(true);
    expect(await may(id, 'SURVEYS')).toBe(false);
  });

  it('is not refused by being asked for again', async () => {
    const id = (await run('createContact', { firstName: 'Eva', lastName: 'Luna', email: 'eva@x.ec' })).id;
    await say(id, true);
    const { id: asked } = await run('askConsent', {
      ...{ subject: id, purpose: 'GENERAL', channel: 'EMAIL', wording: 'De nuevo', wordingVersion: '2' },
    });
    await follow();
    expect((await domain.reader().data(ConsentProof).get(asked)).status).toBe('PENDING');
    expect([await shown(id), await may(id)]).toEqual([[], false]);
  });
});

describe('either', () => {
  it('is the same after events that come twice', async () => {
    const { id } = await run('createContact', { firstName: 'Eva', consents: [email(true)] });
    const events = await domain.settle();
    await consumeEvents(domain.runtime, events);
    await consumeEvents(domain.runtime, [...events].reverse());
    await domain.settle();
    expect((await proofs(id)).map(({ status, version }) => [status, version])).toEqual([['GRANTED', 1]]);
    expect(await domain.reader().data(Contact).get(id)).toMatchObject({ version: 1 });
  });
});

describe('marketing by mail', () => {
  it('goes by what the people behind an address said; of several at one address the strictest counts', async () => {
    const at = (address: string, consents: readonly object[]) =>
      run('createContact', { firstName: 'Eva', lastName: 'Luna', emails: [{ address }], consents });
    await at('yes@example.com', [email(true)]);
    await at('no@example.com', [email(true)]);
    await at('no@example.com', [email(false)]);
    await at('nobody@example.com', []);
    await follow();
    const asked = ['Yes@example.com', 'no@example.com', 'nobody@example.com', 'stranger@example.com'];
    expect([...(await consentsOf(domain.reader(), asked))]).toEqual([
      ['yes@example.com', 'GRANTED'],
      ['no@example.com', 'REFUSED'],
    ]);
  });

  it('goes for a purpose to those who said yes to it, and to those whom nobody asked only where that is enough', async () => {
    const { id } = await run('createContact', { firstName: 'Eva', emails: [{ address: 'eva@x.ec' }] });
    await follow();
    const send = (more: object, address = 'eva@x.ec') =>
      run('sendMail', { to: [address], subject: 'Hola', body: 'Hola', kind: 'MARKETING', ...more });
    expect(await failure(send({}))).toBe('NO_CONSENT');
    expect(await failure(send({}, 'stranger@x.ec'))).toBe('NO_CONSENT');
    expect(await send({ consent: 'NOT_REFUSED' })).toMatchObject({ status: 'QUEUED' });
    await say(id, true, 'NEWSLETTER');
    expect(await send({ purpose: 'NEWSLETTER' })).toMatchObject({ status: 'QUEUED', purpose: 'NEWSLETTER' });
    expect([await failure(send({ purpose: 'SURVEYS' })), await failure(send({}))]).toEqual([
      'NO_CONSENT',
      'NO_CONSENT',
    ]);
    await say(id, false, 'NEWSLETTER');
    expect(await failure(send({ purpose: 'NEWSLETTER', consent: 'NOT_REFUSED' }))).toBe('NO_CONSENT');
    expect(await send({ consent: 'NOT_REFUSED' })).toMatchObject({ status: 'QUEUED' });
  });

  it('goes again, for that purpose alone, to who unsubscribed and confirms a new yes by mail', async () => {
    const { id } = await run('createContact', { firstName: 'Eva', emails: [{ address: 'eva@x.ec' }] });
    await say(id, true, 'NEWSLETTER');
    await say(id, true, 'SURVEYS');
    await run('createSuppression', { address: 'Eva@x.ec', reason: 'UNSUBSCRIBED' });
    await follow();
    expect([await may(id, 'NEWSLETTER'), await may(id, 'SURVEYS')]).toEqual([false, false]);
    const send = (purpose: string) =>
      run('sendMail', { to: ['eva@x.ec'], subject: 'Hola', body: 'Hola', kind: 'MARKETING', purpose });
    expect(await failure(send('NEWSLETTER'))).toBe('SUPPRESSED');
    domain.clock.advance(60_000);
    const about = { subject: id, purpose: 'NEWSLETTER', channel: 'EMAIL', wording: 'Noticias', wordingVersion: '2' };
    const { id: record } = await run('askConsent', about);
    const link = await linkTo(domain.reader(), { purpose: 'consent', record, until: '2027-01-01T00:00:00.000Z' });
    const body = 'answer=yes';
    const asked = { method: 'POST', path: link, query: {}, headers: {}, body, ip: '203.0.113.9' } as const;
    expect(await runPage(domain.runtime, 'consent', link.split('/').at(-1) ?? '', asked)).toMatchObject({
      status: 200,
    });
    await follow();
    expect(await send('NEWSLETTER')).toMatchObject({ status: 'QUEUED' });
    expect(await failure(send('SURVEYS'))).toBe('NO_CONSENT');
  });

  it('ends for all purposes where one unsubscribes, be it that nobody was asked, that the address bounced, or again', async () => {
    const { id } = await run('createContact', { firstName: 'Eva', emails: [{ address: 'eva@x.ec' }] });
    const lead = await run('createLead', { keep: true, lastName: 'Vera', email: 'eva@x.ec' });
    await say(lead.id, true, 'NEWSLETTER');
    const stop = async (reason: Stop['reason']) => {
      domain.clock.advance(60_000);
      await workAs(domain.runtime, domain.actor(), 'the reader', (context) =>
        suppress(context, { address: 'eva@x.ec', reason }),
      );
    };
    const back = (at = domain.clock.now().toISOString()) =>
      workAs(domain.runtime, domain.actor(), 'the reader', (context) => welcomeBack(context, 'eva@x.ec', at));
    const send = (purpose: string) => {
      const mail = { to: ['eva@x.ec'], subject: 'Hola', body: 'Hola', kind: 'MARKETING', purpose };
      return failure(run('sendMail', { ...mail, consent: 'NOT_REFUSED' }));
    };
    expect(await send('OFFERS')).toBe('nothing failed');
    await stop('BOUNCED');
    await stop('UNSUBSCRIBED');
    await follow();
    expect([await may(id), await may(lead.id, 'NEWSLETTER')]).toEqual([false, false]);
    const [bounce] = (await domain.reader().data(Suppression).page('all', { first: 5 })).rows;
    expect(bounce).toMatchObject({ reason: 'BOUNCED', unsubscribedAt: domain.clock.now().toISOString() });
    await run('archiveSuppression', { id: bounce?.id, version: bounce?.version });
    await follow();
    expect(await send('OFFERS')).toBe('SUPPRESSED');
    await say(id, true, 'NEWSLETTER');
    await say(lead.id, true, 'NEWSLETTER');
    const confirmedAt = domain.clock.now().toISOString();
    await stop('UNSUBSCRIBED');
    await back(confirmedAt);
    await follow();
    expect([await send('NEWSLETTER'), await may(id, 'NEWSLETTER')]).toEqual(['SUPPRESSED', false]);
    await say(id, true, 'SURVEYS');
    await say(lead.id, true, 'SURVEYS');
    await back();
    expect([await send('SURVEYS'), await send('NEWSLETTER'), await send('OFFERS')]).toEqual([
      'nothing failed',
      'NO_CONSENT',
      'NO_CONSENT',
    ]);
  });

  it('is taken back with proof by whoever unsubscribes; an address that bounces takes nothing back', async () => {
    const made = async (address: string) =>
      (await run('createContact', { firstName: 'Eva', emails: [{ address }], consents: [email(true)] })).id;
    const [one, other, silent] = [await made('a@example.com'), await made('b@example.com'), await make()];
    await follow();
    await run('createSuppression', { address: 'A@example.com', reason: 'UNSUBSCRIBED' });
    await run('createSuppression', { address: 'b@example.com', reason: 'BOUNCED' });
    await follow();
    expect([await may(one), await may(other), await may(silent)]).toEqual([false, true, false]);
    expect(await shown(one)).toEqual([['EMAIL', false]]);
  });
});
