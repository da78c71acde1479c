import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { listen, listenOnFirst, onlyFrom, type Answer } from './listen.ts';

const hello: Answer = (_request, response) => void response.end('hello');

const statusFor = (port: number, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('listen', () => {
  it('says that a port is taken, and takes the next one where it may', async () => {
    const first = await listen(0, hello);
    await expect(listen(first.port, hello)).rejects.toMatchObject({ name: 'PortTaken' });
    const second = await listenOnFirst([first.port, 0], hello);
    expect(second.port).not.toBe(first.port);
    await Promise.all([first.close(), second.close()]);
  });

  it('waits for a port that is just being let go of', async () => {
    const first = await listen(0, hello);
    setTimeout(() => void first.close(), 200);
    const second = await listen(first.port, hello);
    expect(await (await fetch(second.url)).text()).toBe('hello');
    await second.close();
  });

  it('answers to its own names only', async () => {
    const { port, close } = await listen(0, onlyFrom(['127.0.0.1', 'localhost'], hello));
    expect(await statusFor(port, `localhost:${port}`)).toBe(200);
    expect(await statusFor(port, `127.0.0.1:${port}`)).toBe(200);
    expect(await statusFor(port, 'evil.example')).toBe(421);
    await close();
  });

  it('answers 500 without details when something fails', async () => {
    const { url, close } = await listen(0, () => Promise.reject(new Error('secret')));
    const answer = await fetch(url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    await close();
  });
});
