import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailIn, stepsOf, toCase, toLead } from '#test/support/mail-in';
import { Mail } from '#modules/platform/mail-out';
import type { InboundMailRow } from './index.ts';

const mailIn = openMailIn(withTenantTable());
const { address, receive, read, mails } = mailIn;
let domain: Domain;
beforeEach(async () => {
  ({ domain } = await mailIn.start());
});

describe('mail that comes in', () => {
  it('refuses forged addresses, references and numbers; a topic counts for two weeks', async () => {
    const { inbox } = await address([toCase, toLead]);
    const mine = await receive({ messageId: 'mine@client.test', subject: 'Secreto' }, inbox);
    expect(
      await receive(
        {},
        inbox.replace(/\.(.)/, (_all, letter) => `.${letter === 'a' ? 'b' : 'a'}`),
      ),
    ).toBeUndefined();
    const number = String((await read<AnyRow>(mine?.record))['number']);
    const forged = await receive(
      { from: 'eva@evil.test', subject: `Re: [#${number}] Secreto`, headers: ['In-Reply-To: <mine@client.test>'] },
      inbox,
    );
    expect(forged).toMatchObject({ outcome: 'OPENED' });
    expect(forged?.thread).not.toBe(mine?.thread);
    expect(forged?.record).not.toBe(mine?.record);
    expect(
      stepsOf(forged as InboundMailRow, 'THREAD')
        .map(({ detail }) => detail)
        .join(),
    ).toMatch(/no part.*somebody else/);
    const spoofed = await receive({ subject: 'Re: Secreto' }, inbox, {
      verdicts: { spam: 'PASS', virus: 'PASS', spf: 'FAIL', dkim: 'FAIL', dmarc: 'FAIL' },
    });
    expect(spoofed?.thread).not.toBe(mine?.thread);
    expect((await receive({ subject: `Tema [#${number}]` }, inbox))?.record).toBe(mine?.record);
    expect((await receive({ subject: 'RE: Rv: secreto', text: 'Más' }, inbox))?.record).toBeDefined();
    await domain.advanceTo('2026-12-20T15:00:00.000Z');
    expect((await receive({ subject: 'Secreto', text: 'Nuevo' }, inbox))?.outcome).toBe('OPENED');
  });

  it('lets nobody into a conversation who only says to be somebody else', async () => {
    const { inbox } = await address([toCase, toLead]);
    const mine = await receive({ messageId: 'mine@client.test', subject: 'Secreto' }, inbox);
    for (const forged of [
      { from: 'eva@evil.test, rosa@client.test' },
      { headers: ['From: eva@evil.test'] },
      { from: 'eva@evil.test', headers: ['Reply-To: rosa@client.test'] },
      { from: '"rosa@client.test" <eva@evil.test>' },
    ]) {
      const kept = await receive({ ...forged, subject: 'Re: Secreto' }, inbox);
      expect([forged, kept?.thread === mine?.thread]).toEqual([forged, false]);
    }
  });

  it('ignores machines, bulk, bounces, loops, spam and viruses, and explains why', async () => {
    const { inbox } = await address([toCase, toLead]);
    const report = 'Content-Type: multipart/report; report-type=delivery-status; boundary=b';
    const cases: readonly (readonly [string, object, object?])[] = [
      ['AUTO_REPLY', { headers: ['Auto-Submitted: auto-replied'] }],
      ['BULK', { headers: ['Precedence: bulk'] }],
      ['BULK', { headers: ['List-Id: <news.client.test>'] }],
      ['LOOP', { headers: ['X-Loop: ventas@acme.test'] }],
      ['LOOP', { from: 'crm@mail.test' }],
      ['LOOP', { headers: Array.from({ length: 51 }, () => 'Received: from a.test by b.test') }],
      ['BOUNCE', { headers: [report] }],
      ['BOUNCE', { from: 'MAILER-DAEMON@client.test' }],
      ['SPAM', {}, { verdicts: { spam: 'FAIL', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' } }],
      ['VIRUS', {}, { verdicts: { spam: 'PASS', virus: 'FAIL', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' } }],
    ];
    for (const [reason, mail, more] of cases) {
      const kept = await receive(mail, inbox, more);
      expect(kept).toMatchObject({ outcome: 'IGNORED', ignoredFor: reason });
      expect(kept?.record).toBeUndefined();
    }
    expect((await receive({ headers: ['Auto-Submitted: no'] }, inbox))?.outcome).toBe('OPENED');
    await domain.run('sendMail', { to: ['rosa@client.test'], subject: 'Oferta', body: 'Diez' });
    await mailIn.deliver();
    const own = [`X-Lazo-Thread: ${mailIn.sent.at(-1)?.headers['x-lazo-thread'] ?? ''}`];
    const back = await receive({ from: 'crm@mail.test', headers: own }, inbox);
    expect(back).toMatchObject({ outcome: 'IGNORED', ignoredFor: 'LOOP' });
    expect(stepsOf(back as InboundMailRow, 'GUARD')).toMatchObject([{ detail: expect.stringContaining('went out') }]);
  });

  it('unsubscribes by whatever is written to the address for that, and is nothing else', async () => {
    const offer = {
      to: ['eva@client.test'],
      subject: 'Oferta',
      body: 'Diez',
      kind: 'MARKETING',
      consent: 'NOT_REFUSED',
    };
    await domain.run('sendMail', offer);
    await mailIn.deliver();
    const header = mailIn.sent.at(-1)?.headers['list-unsubscribe'] ?? '';
    const [, address = ''] = /^<https:[^>]+>, <mailto:([^?>]+)\?subject=unsubscribe>$/.exec(header) ?? [];
    expect(await receive({ from: 'eva@client.test' }, address.replace(/\.(.)/, '.$1$1'))).toBeUndefined();
    expect(await domain.run('sendMail', offer)).toMatchObject({ status: 'QUEUED' });
    expect(await receive({ from: 'eva@client.test', subject: 'unsubscribe' }, address)).toBeUndefined();
    expect(await receive({ from: 'eva@client.test', subject: 'unsubscribe' }, address)).toBeUndefined();
    expect(await failure(domain.run('sendMail', offer))).toBe('SUPPRESSED');
    expect(await domain.run('sendMail', { ...offer, kind: 'TRANSACTIONAL' })).toMatchObject({ status: 'QUEUED' });
  });

  it('is of a colleague only where the domain of the colleague vouches for it, not some other', async () => {
    const { inbox } = await address([toCase]);
    const mine = await receive({ messageId: 'mine@client.test', subject: 'Secreto' }, inbox);
    const forged = { from: 'ben@example.com', subject: 'Re: Secreto', headers: ['In-Reply-To: <mine@client.test>'] };
    const verdicts = { spam: 'PASS', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'GRAY' } as const;
    const by = (sender: string, text: string) => receive({ ...forged, text }, inbox, { sender, verdicts });
    const kept = await by('eva@evil.test', 'Forjado');
    expect(kept?.direction).toBe('INBOUND');
    expect(kept?.thread).not.toBe(mine?.thread);
    expect(await by('ben@example.com', 'Propio')).toMatchObject({ direction: 'OUTBOUND', thread: mine?.thread });
  });

  it('is answered by rules five times a day, as machines answer, and what was ignored never', async () => {
    const { inbox } = await address([toCase]);
    const words = { subject: 'Recibido', body: 'Gracias' };
    await domain.run('createMailTemplate', { key: 'thanks', name: 'Thanks', es: words });
    const to = [{ kind: 'CUSTOMER', path: 'from' }, { kind: 'OWNER' }];
    await domain.run('createMailRule', {
      name: 'Thanks',
      template: 'thanks',
      on: 'inboundMail.*',
      where: { outcome: { in: ['OPENED', 'REPLY', 'IGNORED'] } },
      to,
      answersHere: true,
    });
    const toMachines = { name: 'Echo', template: 'thanks', on: 'inboundMail.ignored', to };
    expect(await failure(domain.run('createMailRule', toMachines))).toBe('BAD_INPUT');
    await domain.settle();
    await receive({ headers: ['Auto-Submitted: auto-replied'] }, inbox);
    await mailIn.deliver();
    expect(mailIn.sent).toEqual([]);
    for (let count = 0; count < 6; count += 1) await receive({ subject: `Uno ${String(count)}` }, inbox);
    await mailIn.deliver();
    const { rows } = await domain.reader().data(Mail).page('all', { first: 50 });
    expect(rows.filter((row) => row.to[0] === 'rosa@client.test')).toHaveLength(5);
    expect(rows.filter((row) => row.to[0] === 'ana@example.com')).toHaveLength(6);
    expect(new Set(mailIn.sent.map(({ headers }) => headers['auto-submitted']))).toEqual(new Set(['auto-generated']));
  });

  it('ends two robots that answer each other after twenty mails in an hour', async () => {
    const { inbox } = await address([toCase]);
    const outcomes: unknown[] = [];
    for (let count = 0; count < 23; count += 1)
      outcomes.push((await receive({ subject: 'Re: Ping', text: String(count) }, inbox))?.outcome);
    expect(outcomes.slice(0, 2)).toEqual(['OPENED', 'REPLY']);
    expect(outcomes.slice(-3)).toEqual(['IGNORED', 'IGNORED', 'IGNORED']);
    expect(new Set((await mails()).map(({ record }) => record)).size).toBe(1);
  });
});
