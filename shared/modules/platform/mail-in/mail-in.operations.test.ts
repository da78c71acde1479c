import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { openMailIn } from '#test/support/mail-in';
import { Enrolment } from '#modules/engagement/sequences';
import { Mail } from '#modules/platform/mail-out';
import { Notification } from '#modules/platform/notifications';
import { Case } from '#modules/service/cases';
import type { InboundMailRow, MailThreadRow } from './index.ts';

type Preview = { readonly mails: readonly { before: string; outcome: string; opens?: string }[] };

const mailIn = openMailIn(withTenantTable());
const { address, receive, read, mails } = mailIn;
let domain: Domain;
let people: readonly string[];
let account: string;
let contact: string;
let call: string;
beforeEach(async () => {
  ({ domain, people, account, contact, call } = await mailIn.start());
});

const toCase = { name: 'Cases', route: 'CASE', sender: 'KNOWN' };
const toLead = { name: 'Leads', route: 'LEAD', sender: 'UNKNOWN', assign: 'RECORD_RULES' };
const stepsOf = ({ decisions }: InboundMailRow, step: string) => decisions.filter((each) => each.step === step);
const threadOf = (mail: InboundMailRow | undefined) => read<MailThreadRow>(mail?.thread);

describe('mail that comes in', () => {
  it('opens a case of a known sender and a lead of an unknown one, and continues the conversation by its references', async () => {
    const { inbox } = await address([toCase, toLead]);
    const first = await receive({ messageId: 'one@client.test', subject: 'No funciona' }, inbox);
    expect(first).toMatchObject({ outcome: 'OPENED', contact, account, isReply: false, ownerId: people[0] });
    expect(await read(first?.record)).toMatchObject({ subject: 'No funciona', account, contact, owner: people[0] });
    const told = await domain.reader().data(Notification).list({ first: 5 });
    expect(told.rows).toMatchObject([{ user: people[0], kind: 'mail.received', about: first?.id }]);
    const second = await receive(
      { subject: 'Otra cosa', headers: ['In-Reply-To: <one@client.test>'], text: 'Sigue mal\n\n> antes' },
      inbox,
    );
    expect(second).toMatchObject({
      outcome: 'REPLY',
      thread: first?.thread,
      record: first?.record,
      excerpt: 'Sigue mal',
    });
    expect(second?.body).toEqual([
      { kind: 'SHOWN', content: 'Sigue mal' },
      { kind: 'QUOTED', content: '> antes' },
    ]);
    expect(await threadOf(second)).toMatchObject({ received: 2, standing: 'WAITING', record: first?.record });
    const stranger = { from: '"Díaz, Luis" <luis@nuevo.test>', subject: 'Info' };
    const lead = await receive(stranger, inbox);
    expect(await read(lead?.record)).toMatchObject({ email: 'luis@nuevo.test', status: 'NEW' });
    const again = await receive({ ...stranger, subject: 'Otra pregunta' }, inbox);
    expect(again).toMatchObject({ outcome: 'OPENED', record: lead?.record });
  });

  it('lets a rule that cannot do its work pass the mail on, makes the sender where told, and keeps what no rule takes', async () => {
    const rules = [
      { name: 'Ghost type', route: 'CASE', recordKind: 'NONE', words: ['reclamo'] },
      {
        name: 'Deals',
        route: 'OPPORTUNITY',
        words: ['cotización'],
        addsSender: true,
        assign: 'ROUND_ROBIN',
        users: people,
      },
      { name: 'Work', route: 'ACTIVITY', words: ['reclamo'], assign: 'OWNER', owner: people[1] },
    ];
    const { inbox } = await address(rules);
    const passed = await receive({ subject: 'RECLAMO urgente' }, inbox);
    expect(stepsOf(passed as InboundMailRow, 'RULE').map(({ test, found }) => [test, found])).toEqual([
      ['Ghost type', false],
      ['Deals', false],
      ['Work', true],
    ]);
    expect(stepsOf(passed as InboundMailRow, 'RULE')[0]?.detail).toContain('TYPE_NOT_FOUND');
    expect(await read(passed?.record)).toMatchObject({ subject: 'RECLAMO urgente', owner: people[1], account });
    const owners: unknown[] = [];
    for (const name of ['uno', 'dos', 'tres']) {
      const mail = await receive({ from: `${name}@nuevo.test`, subject: 'Cotizacion' }, inbox);
      expect(mail?.account).toBeDefined();
      const deal = await read<AnyRow>(mail?.record);
      expect(deal).toMatchObject({ account: mail?.account, contact: mail?.contact });
      owners.push(deal['owner']);
    }
    expect(owners).toEqual([people[0], people[1], people[0]]);
    const inside = await receive({ from: 'ben@example.com', subject: 'Cotización interna' }, inbox);
    expect(inside).toMatchObject({ outcome: 'KEPT', direction: 'OUTBOUND' });
    const kept = await receive({ subject: 'Hola' }, inbox);
    expect(kept).toMatchObject({ outcome: 'KEPT', ownerId: people[0] });
    expect(kept?.record).toBeUndefined();
    const more = await receive({ subject: 'Re: Hola', text: 'Sigo aquí' }, inbox);
    expect(more).toMatchObject({ outcome: 'REPLY', thread: kept?.thread, ownerId: people[0] });
    expect(await failure(address([{ name: 'x', route: 'NOWHERE' }]))).toBe('RULE_INVALID');
  });

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

  it('ignores machines, bulk, bounces, loops, spam and viruses, and explains why', async () => {
    const { inbox } = await address([toCase, toLead]);
    const report = 'Content-Type: multipart/report; report-type=delivery-status; boundary=b';
    const cases: readonly (readonly [string, object, object?])[] = [
      ['AUTO_REPLY', { headers: ['Auto-Submitted: auto-replied'] }],
      ['BULK', { headers: ['Precedence: bulk'] }],
      ['BULK', { headers: ['List-Id: <news.client.test>'] }],
      ['LOOP', { headers: ['X-Loop: ventas@acme.test'] }],
      ['LOOP', { from: 'crm@mail.test' }],
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
      on: 'inboundMail.received',
      to,
      answersHere: true,
    });
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

describe('a conversation', () => {
  it('is answered from here; what comes back continues it by address and by Message-ID, and the wait is measured', async () => {
    const { inbox } = await address([toCase]);
    const asked = await receive({ messageId: 'q@client.test', subject: '{{ tenant.name }} ¿precio?' }, inbox);
    expect(await threadOf(asked)).toMatchObject({ standing: 'WAITING', waitingSince: asked?.receivedAt });
    domain.clock.set('2026-11-22T15:30:00.000Z');
    const answer = await domain.run<AnyRow>('replyToMail', { mail: asked?.id, text: 'Son {{ 5 }} dólares' });
    expect(answer).toMatchObject({ to: ['rosa@client.test'], subject: 'Re: {{ tenant.name }} ¿precio?' });
    expect(JSON.stringify(answer['body'])).toContain('Son {{ 5 }} dólares');
    await mailIn.deliver();
    expect(await threadOf(asked)).toMatchObject({ standing: 'ANSWERED', sent: 1, firstAnswerMinutes: 30 });
    const [sent] = mailIn.sent;
    expect(sent?.headers['in-reply-to']).toBe('<q@client.test>');
    const back = await receive({ subject: 'Ok', from: 'otra@client.test' }, String(sent?.replyTo));
    expect(back).toMatchObject({ outcome: 'REPLY', thread: asked?.thread, record: asked?.record });
    const headers = [`References: <x@y.test> <${String(sent?.messageId)}@eu-west-1.amazonses.com>`];
    expect((await receive({ subject: 'Y', headers }, inbox))?.thread).toBe(asked?.thread);
    expect((await threadOf(asked)).received).toBe(3);
  });

  it('takes answers to mails that were sent about a record, and answers of calendar programs', async () => {
    const { inbox } = await address([toCase]);
    const sent = await domain.run<AnyRow>('sendMail', {
      ...{ to: ['rosa@client.test'], subject: 'Oferta', body: 'Va', record: account, answersHere: true },
    });
    await mailIn.deliver();
    const reply = await receive({ subject: 'Otra' }, String(mailIn.sent[0]?.replyTo));
    expect(reply).toMatchObject({ outcome: 'REPLY', record: account });
    const headers = [`In-Reply-To: <${String(mailIn.sent[0]?.messageId)}@email.amazonses.com>`];
    expect((await receive({ subject: 'Más', headers }, inbox))?.thread).toBe(reply?.thread);
    expect(sent['answersHere']).toBe(true);
  });
});

describe('changed rules', () => {
  it('are tried on mail that is here, then applied once', async () => {
    const { id, inbox, version } = await address([]);
    const first = await receive({ messageId: 'a@client.test', subject: 'Uno' }, inbox);
    domain.clock.set('2026-11-22T15:01:00.000Z');
    const second = await receive({ subject: 'Re: Uno', headers: ['In-Reply-To: <a@client.test>'] }, inbox);
    domain.clock.set('2026-11-22T15:02:00.000Z');
    await receive({ from: 'x@y.test', subject: 'Dos' }, inbox);
    const preview = await domain.run<Preview>('previewMailRules', { address: id, rules: [toCase] });
    expect(preview.mails.map(({ before, outcome, opens }) => [before, outcome, opens])).toEqual([
      ['KEPT', 'OPENED', 'cas'],
      ['REPLY', 'REPLY', 'cas'],
      ['KEPT', 'KEPT', undefined],
    ]);
    expect((await domain.reader().data(Case).list({ first: 5 })).rows).toEqual([]);
    await domain.run('updateMailAddress', { id, version, rules: [toCase] });
    for (const expected of [{ updated: 2, unchanged: 1 }, { unchanged: 1 }]) {
      const job = await domain.run<AnyRow>('rerunMailRules', { address: id });
      await domain.settle();
      await workOff(domain);
      expect((await read<AnyRow>(job.id))['counts']).toMatchObject(expected);
    }
    const [one, two] = [await read<InboundMailRow>(first?.id), await read<InboundMailRow>(second?.id)];
    expect(one).toMatchObject({ outcome: 'OPENED', rulesVersion: 2 });
    expect(two).toMatchObject({ outcome: 'REPLY', record: one.record });
    const explained = await domain.run<{ isCurrent: boolean; decisions: readonly object[] }>('explainMail', {
      id: one.id,
    });
    expect(explained).toMatchObject({ isCurrent: true });
    expect(explained.decisions).toContainEqual(expect.objectContaining({ step: 'ROUTE', test: 'CASE', found: true }));
  });
});

describe('a sequence', () => {
  it('ends when its contact writes, and not when a machine answers for the contact', async () => {
    const { inbox } = await address([toCase]);
    const offset = { amount: 1, unit: 'DAYS', from: 'PREVIOUS' };
    const step = { key: 'CALL', activityType: call, subject: 'Call', offset, branches: [] };
    const sequence = await domain.run<AnyRow>('createSequence', { name: 'Follow', of: 'Contact', steps: [step] });
    await domain.run('enrol', { sequence: sequence.id, records: [contact] });
    const { rows } = await domain.reader().data(Enrolment).page('byRecord', { of: contact, first: 5 });
    const enrolled = rows[0]?.id;
    await receive({ headers: ['Auto-Submitted: auto-replied'] }, inbox);
    expect((await read<AnyRow>(enrolled))['status']).toBe('RUNNING');
    await receive({}, inbox);
    expect(await read(enrolled)).toMatchObject({ endReason: 'REPLY' });
  });
});
