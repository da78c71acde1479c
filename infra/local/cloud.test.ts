import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import { startTestCloud } from '#test/support/cloud';
import { processesOf, root, startTrialCloud, type TrialCloud } from '#test/support/trial-cloud';

let cloud: TrialCloud['cloud'];
let order: TrialCloud['order'];
let put: TrialCloud['put'];
let timeInHandlers: TrialCloud['timeInHandlers'];
let notesOn: TrialCloud['notesOn'];
beforeAll(async () => {
  ({ cloud, order, put, timeInHandlers, notesOn } = await startTrialCloud());
}, 60_000);

afterAll(() => cloud.stop());

let count = 0;
const newId = (): string => `row-${(count += 1)}`;

describe('the local cloud', () => {
  it('says where everything is, once', () => {
    expect(cloud.ready()).toMatchObject({
      graphql: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/),
      graphiql: expect.stringMatching(/\/graphiql$/),
      smtp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      users: [],
    });
  });

  it('carries a written row over stream, bus and queue to its consumer', async () => {
    const id = newId();
    await put(id);
    await cloud.idle();
    const notes = await notesOn(id);
    expect(notes).toHaveLength(1);
    expect(notes[0]?.what).toMatchObject({
      source: 'lazo.crm',
      'detail-type': 'row.written',
      detail: { id: `t1#${id}`, eventName: 'INSERT' },
    });
  });

  it('gives a message to the dead letters after its last try, and back on demand', async () => {
    const id = newId();
    await put(id, { poison: 'queue' });
    await cloud.idle();
    expect(await cloud.admin('GET /status')).toMatchObject({ queues: { 'react-dlq': { ready: 1 } } });
    expect(await cloud.admin('POST /redrive', { queue: 'react' })).toEqual({ redriven: 1 });
    await cloud.idle();
    expect(await cloud.admin('GET /status')).toMatchObject({ queues: { 'react-dlq': { ready: 1 } } });
  });

  it('keeps a record that cannot be recorded, with its cause, and goes on with the next', async () => {
    const [poisoned, next] = [newId(), newId()];
    await put(poisoned, { poison: 'stream' });
    await put(next);
    await cloud.idle();
    expect(await notesOn(next)).toHaveLength(1);
    const [failure] = (await cloud.admin('GET /failures')) as readonly { payload: string; requestContext: object }[];
    expect(failure).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
    });
    expect(JSON.parse(failure?.payload ?? '')).toMatchObject({
      Records: [{ dynamodb: { Keys: { pk: { S: `t1#${poisoned}` } } } }],
    });
  });

  it('wakes a function at its minute, on the way of the clock', async () => {
    const now = Date.parse(((await cloud.admin('GET /status')) as { now: string }).now);
    const minute = `${new Date(now + 3_600_000).toISOString().slice(0, 16)}Z`;
    await order({ do: 'wake', id: minute });
    await order({ do: 'wake', id: minute });
    await cloud.advance(2 * 3_600);
    const woken = (await notesOn('schedule')).filter(({ what }) => what['minute'] !== undefined);
    expect(woken).toEqual([
      { at: expect.stringContaining(minute.slice(0, 16)), what: { minute: minute.replace('Z', ':00.000Z') } },
    ]);
  });

  it('runs a recurring schedule at each of its times', async () => {
    await cloud.advance(3 * 86_400);
    const sweeps = (await notesOn('schedule')).filter(({ what }) => what['task'] === 'sweep');
    expect(sweeps).toHaveLength(3);
  });

  it('tells the functions of both processes the moved time', async () => {
    const threeDaysOn = Date.now() + 3 * 86_400_000;
    expect(await timeInHandlers()).toBeGreaterThan(threeDaysOn);
    await cloud.admin('POST /invoke', { function: 'run-jobs', event: { told: true } });
    expect(Date.parse((await notesOn('schedule')).at(-1)?.at ?? '')).toBeGreaterThan(threeDaysOn);
  });

  it('holds back a delayed message until its time', async () => {
    await order({ do: 'send', more: { detail: { id: 't1#delayed' }, delaySeconds: 600 } });
    await cloud.idle();
    expect(await notesOn('delayed')).toEqual([]);
    await cloud.advance(601);
    expect(await notesOn('delayed')).toHaveLength(1);
  });

  it('sends mail, and tells of delivery and bounce', async () => {
    const raw =
      'From: crm@lazo.example\r\nTo: x@y.example\r\nSubject: Hola\r\nMessage-ID: <mine@crm>\r\n\r\nBuenos d\u00edas';
    const { messageId } = (await order({ do: 'mail', more: { to: 'ana@example.com', raw } })) as { messageId: string };
    await order({ do: 'mail', more: { to: 'bounce+7@simulator.amazonses.com', raw } });
    const [mail] = await cloud.mailbox({ to: 'ana@example.com' });
    expect(mail).toMatchObject({
      subject: 'Hola',
      messageId: `<${messageId}@email.amazonses.com>`,
      tags: { mail: 'm1' },
      text: expect.stringContaining('Buenos d'),
    });
    await cloud.idle();
    const kinds = (await notesOn('message')).map(({ what }) => what['detail-type']);
    expect(kinds.sort()).toEqual(['Email Bounced', 'Email Delivered', 'Email Sent', 'Email Sent']);
  });

  it('takes mail from outside to its function', async () => {
    const [host, port] = cloud.ready().smtp.split(':');
    const sender = nodemailer.createTransport({ host, port: Number(port) });
    await sender.sendMail({ from: 'client@example.com', to: 'sales@lazo.example', subject: 'Pregunta', text: 'Hola' });
    sender.close();
    await cloud.idle();
    expect((await notesOn('message')).at(-1)?.what).toMatchObject({
      Type: 'Notification',
      Message: expect.stringContaining('inbound/'),
    });
    expect(await cloud.mailbox({ direction: 'received' })).toMatchObject([
      { subject: 'Pregunta', text: expect.stringContaining('Hola') },
    ]);
  });

  it('takes files by signed URL and names them on the way back', async () => {
    const { url: up } = (await order({ do: 'upload', id: 'a.csv' })) as { url: string };
    expect((await fetch(up, { method: 'PUT', body: 'a;b', headers: { 'content-type': 'text/csv' } })).status).toBe(200);
    const { url: down } = (await order({ do: 'download', id: 'a.csv' })) as { url: string };
    const answer = await fetch(down);
    expect([await answer.text(), answer.headers.get('content-disposition')]).toEqual([
      'a;b',
      expect.stringContaining("UTF-8''a%C3%B1o.csv"),
    ]);
  });

  it('has a door for tests that no page can use', async () => {
    const { admin } = cloud.ready();
    expect((await fetch(`${admin}/status`, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await fetch(`${admin}/nothing`)).status).toBe(404);
    await expect(cloud.admin('POST /clock', { to: '2020-01-01T00:00:00Z' })).rejects.toThrow(/ahead only/);
    await expect(cloud.admin('POST /redrive', { queue: 'other' })).rejects.toThrow(/There is no queue other/);
    expect(await cloud.admin('POST /sweep')).toEqual({ deleted: 0 });
    const event = {
      version: '0',
      id: 'e1',
      source: 'lazo.crm',
      'detail-type': 'x',
      account: '',
      time: '',
      region: '',
      resources: [],
      detail: { id: 't1#replayed' },
      'replay-name': 'again',
    };
    await cloud.admin('POST /events', { events: [event] });
    await cloud.idle();
    expect((await notesOn('replayed'))[0]?.what).toMatchObject({ 'replay-name': 'again' });
  });

  it('shows its pages', async () => {
    const { graphiql, mailbox } = cloud.ready();
    for (const url of [graphiql, new URL('/', graphiql).href, mailbox])
      expect((await fetch(url)).headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('continues after kill -9 without losing anything that was acknowledged', async () => {
    const acknowledged: string[] = [];
    const writeOn = async (): Promise<void> => {
      for (;;) {
        const id = newId();
        try {
          await put(id);
        } catch {
          return;
        }
        acknowledged.push(id);
      }
    };
    const writers = Array.from({ length: 8 }, writeOn);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await cloud.kill9();
    await Promise.all(writers);
    expect(acknowledged.length).toBeGreaterThan(50);
    await cloud.restart();
    await cloud.idle();
    const unheard: string[] = [];
    for (const id of acknowledged) if ((await notesOn(id)).length === 0) unheard.push(id);
    expect(unheard).toEqual([]);
  }, 60_000);

  it('keeps ports, clock and mail over a restart', async () => {
    const before = cloud.ready();
    await cloud.restart();
    expect(cloud.ready()).toEqual(before);
    expect(await cloud.mailbox({ to: 'ana@example.com' })).toHaveLength(1);
    expect((await timeInHandlers()) - Date.now()).toBeGreaterThan(3 * 86_400_000);
  });

  it('starts over when the program that forked it says so: without data, with functions that nobody has called', async () => {
    const ofNode = async (): Promise<readonly string[]> =>
      (await processesOf(cloud.dataDir, 0)).filter((line) => /(cloud-process|http\/process)\.ts/.test(line));
    const processes = await ofNode();
    await put('before');
    await cloud.startOver();
    expect([await cloud.mailbox(), await notesOn('before'), await notesOn('schedule')]).toEqual([[], [], []]);
    expect(await timeInHandlers()).toBeLessThan(Date.now() + 60_000);
    await put('after');
    await cloud.idle();
    expect(await notesOn('after')).toHaveLength(1);
    expect(processes).toHaveLength(2);
    expect(await ofNode()).toEqual(processes);
  });

  it('ends with the program that forked it, and so does its folder', async () => {
    const program = `const { startTrialCloud } = await import('#test/support/trial-cloud');
      console.log((await startTrialCloud()).cloud.dataDir);`;
    const tests = spawn(process.execPath, ['--import', './scripts/host.js', '--input-type=module', '-e', program], {
      cwd: `${import.meta.dirname}/../..`,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [folder] = (await once(tests.stdout, 'data')) as [Buffer];
    tests.kill('SIGKILL');
    await expect(processesOf(String(folder).trim(), 10_000)).resolves.toEqual([]);
    expect(existsSync(String(folder).trim())).toBe(false);
  });

  it('ends when the npm that started it was killed', async () => {
    await cloud.kill9();
    const command = 'node --import ./scripts/host.js infra/local/start.ts; true';
    const npm = spawn(
      process.execPath,
      ['-e', `require('child_process').spawn('sh', ['-c', '${command}'], { stdio: 'inherit' })`],
      {
        cwd: `${import.meta.dirname}/../..`,
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          npm_lifecycle_event: 'start',
          LAZO_PORT: '0',
          LAZO_DATA: cloud.dataDir,
          LAZO_ROOT: root,
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    await once(npm.stdout, 'data');
    npm.kill('SIGKILL');
    await expect(processesOf(cloud.dataDir)).resolves.toEqual([]);
    await cloud.restart();
  });

  it('is alone in its data folder', async () => {
    await expect(startTestCloud({ root, dataDir: cloud.dataDir })).rejects.toThrow(/Another local cloud works in/);
  });

  it('leaves no process behind, also after kill -9', async () => {
    await cloud.kill9();
    await expect(processesOf(cloud.dataDir)).resolves.toEqual([]);
    await cloud.restart();
    expect(await processesOf(cloud.dataDir, 0)).not.toEqual([]);
    await cloud.stop();
    await expect(processesOf(cloud.dataDir)).resolves.toEqual([]);
  });
});
