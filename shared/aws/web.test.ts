import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './addresses.ts';
import { addressesOf, checkedLookup, openWeb, type WebLimits } from './web.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

const outside = 'https://service.test';
const over = async (listener: RequestListener, limits: Partial<WebLimits> = {}) => {
  const base = await serve(listener);
  return openWeb(() => ({ [outside]: `${base}/double` }), limits);
};
const leadingTo =
  (...addresses: readonly string[]): WebLimits['resolve'] =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

describe('addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2800:a0::1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
    ['this host', '0.0.0.0', '0.1.2.3', '::'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1'],
    ['link-local and metadata', '169.254.169.254', 'fe80::1', 'fd00:ec2::254'],
    ['of carriers', '100.64.0.1', '100.127.255.255'],
    ['mapped IPv4', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1'],
    ['translated IPv4', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:7f00:1::'],
    ['for examples', '192.0.2.1', '198.51.100.7', '203.0.113.9', '2001:db8::1', '3fff::1'],
    ['multicast and reserved', '224.0.0.1', '240.0.0.1', '255.255.255.255', 'ff02::1', '198.18.0.1'],
    ['none', '', 'localhost', '127.1', '0x7f.1'],
  ])('that are %s are not', (_, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

describe('the web refuses', () => {
  const web = openWeb(() => ({}), { resolve: leadingTo('8.8.8.8', '10.0.0.1') });

  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'no address',
    'https://user:password@example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://017700000001/',
    'https://0x7f.0x0.0x0.0x1/',
    'https://127.0.0.1./',
    'https://１２７.０.０.１/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.170.2/v2/credentials',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[ff02::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:7f00:1::]/',
    'gopher://example.com/',
    'data:text/plain,x',
    '//example.com/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/latest/meta-data',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00:ec2::254]/',
  ])('%s', async (url) => {
    await expect(web.fetch(url)).rejects.toMatchObject({ name: 'WebRefused' });
  });

  it('a name of which one address leads inside', async () => {
    await expect(web.fetch('https://rebinding.test/')).rejects.toMatchObject({ name: 'WebRefused' });
  });

  it('a name that leads nowhere', async () => {
    const nowhere = openWeb(() => ({}), { resolve: leadingTo() });
    await expect(nowhere.fetch('https://nowhere.test/')).rejects.toMatchObject({ name: 'WebRefused' });
  });

  it('another origin than the one that something stands in for', async () => {
    const web = await over((_request, response) => response.end('inside'));
    for (const url of ['http://service.test/', 'https://service.test:8443/', 'https://service.test.evil.test/'])
      await expect(web.fetch(url)).rejects.toThrow();
  });
});

describe('looking a name up', () => {
  it('finds addresses of both kinds, one kind where there is no other, and says why where there is none', async () => {
    const answers = (...addresses: readonly string[]) => ({
      resolve4: () => Promise.resolve(addresses.filter((each) => each.includes('.'))),
      resolve6: () => Promise.resolve(addresses.filter((each) => each.includes(':'))),
    });
    const none = () => Promise.reject(new Error('ENODATA'));
    const found = async (resolver: object) => addressesOf(resolver as Parameters<typeof addressesOf>[0], 'name.test');
    expect(await found(answers('8.8.8.8', '2a00::1'))).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2a00::1', family: 6 },
    ]);
    expect(await found({ ...answers('8.8.8.8'), resolve6: none })).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await found({ ...answers('2a00::1'), resolve4: none })).toEqual([{ address: '2a00::1', family: 6 }]);
    await expect(found({ resolve4: none, resolve6: none })).rejects.toThrow('ENODATA');
  });

  it('answers the connection with what was checked, and asks once', async () => {
    let asked = 0;
    const resolve: WebLimits['resolve'] = () => {
      asked += 1;
      return Promise.resolve([{ address: asked === 1 ? '8.8.8.8' : '127.0.0.1', family: 4 }]);
    };
    const found = await new Promise((settle) => {
      checkedLookup(resolve)('name.test', { all: true }, (error, addresses) => {
        settle(error ?? addresses);
      });
    });
    expect(found).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(asked).toBe(1);
  });
});

describe('the web', () => {
  it('sends what it was told and answers what came', async () => {
    const web = await over((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const said = [request.method, request.url, request.headers['x-a'], Buffer.concat(chunks).toString()];
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(said));
      });
    });
    const answer = await web.fetch(`${outside}/path?q=1`, { method: 'POST', headers: { 'x-a': 'b' }, body: 'ñ' });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual(['POST', '/double/path?q=1', 'b', 'ñ']);
    const removed = await web.fetch(`${outside}/path`, { method: 'DELETE', body: 'ñ' });
    expect(await removed.json()).toEqual(['DELETE', '/double/path', null, 'ñ']);
  });

  it('follows no redirect: it is the answer', async () => {
    const web = await over((_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    });
    const answer = await web.fetch(`${outside}/`);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
  });

  it('is held up by nobody who speaks something else: 101 without having been asked, or nothing that ends', async () => {
    const taken = await over((request) => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    });
    await expect(taken.fetch(`${outside}/`)).rejects.toThrow('changes the protocol');
    const going = await over(
      (request) => {
        const on = setInterval(() => request.socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 5);
        request.socket.on('close', () => {
          clearInterval(on);
        });
      },
      { readMs: 40 },
    );
    await expect(going.fetch(`${outside}/`)).rejects.toThrow('in time');
  });

  it.each([
    [{ Host: 'inside.test' }, 'WebRefused'],
    [{ 'transfer-encoding': 'chunked' }, 'WebRefused'],
    [{ connection: 'upgrade' }, 'WebRefused'],
    [{ 'x-a': 'b\r\nx-c: d' }, 'TypeError'],
    [{ 'x-a\r\nx-c': 'd' }, 'TypeError'],
  ])('sends no header that is not what it says: %j', async (headers, name) => {
    const web = await over((_request, response) => response.end());
    await expect(web.fetch(`${outside}/`, { headers: headers as unknown as Record<string, string> })).rejects.toThrow(
      expect.objectContaining({ name }),
    );
  });

  it('takes an answer without a body', async () => {
    const web = await over((_request, response) => response.writeHead(204).end());
    expect((await web.fetch(`${outside}/`)).status).toBe(204);
  });

  it('gives up where nobody answers, where an answer stops, and where it does not end', async () => {
    const silent = await over(() => undefined, { readMs: 30 });
    await expect(silent.fetch(`${outside}/`)).rejects.toMatchObject({ name: 'WebFailed' });
    const stopping = await over((_request, response) => response.write('a'), { readMs: 30 });
    await expect(stopping.fetch(`${outside}/`)).rejects.toThrow();
    const endless = await over((_request, response) => response.end('x'.repeat(2000)), { mostBytes: 1000 });
    await expect(endless.fetch(`${outside}/`)).rejects.toMatchObject({ name: 'WebFailed' });
  });

  it('waits for an answer as long as it goes on, and all of it comes in the time of the request', async () => {
    const slow = await over(
      (_request, response) => {
        const on = setInterval(() => response.write('a'), 10);
        setTimeout(() => response.end(), 500);
        response.on('close', () => {
          clearInterval(on);
        });
      },
      { readMs: 300 },
    );
    expect(await (await slow.fetch(`${outside}/`)).text()).toMatch(/^a{3,}$/);
    await expect(slow.fetch(`${outside}/`, { limits: { totalMs: 50 } })).rejects.toThrow('in time');
  });

  it('keeps to the narrower bounds of one request, and cuts an answer where it was asked to', async () => {
    const late = await over((_request, response) => response.write('a'));
    const bounds = { connectMs: 1000, totalMs: 40 };
    await expect(late.fetch(`${outside}/`, { limits: bounds })).rejects.toMatchObject({ name: 'WebFailed' });
    const endless = await over((_request, response) => {
      const talk = (): void => {
        if (response.write('x'.repeat(1000))) setImmediate(talk);
        else response.once('drain', talk);
      };
      talk();
    });
    const answer = await endless.fetch(`${outside}/`, { limits: { mostBytes: 2500, cut: true } });
    expect([answer.status, (await answer.text()).length]).toEqual([200, 2500]);
    await expect(endless.fetch(`${outside}/`, { limits: { mostBytes: 2500 } })).rejects.toThrow('too large');
  });

  it('gives up where no connection comes about in time', async () => {
    const web = openWeb(() => ({}), { connectMs: 30, resolve: () => new Promise(() => undefined) });
    await expect(web.fetch('https://slow.test/')).rejects.toMatchObject({ name: 'WebFailed' });
  });

  it('tells of a connection that breaks', async () => {
    const web = await over((request) => request.socket.destroy());
    await expect(web.fetch(`${outside}/`)).rejects.toThrow();
  });
});
