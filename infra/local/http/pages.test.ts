import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serveTrial } from '#test/support/local-parts';
import type { Listener } from '../listen.ts';
import { serveGraphiql } from './graphiql.ts';
import { indexPage } from './index-page.ts';

const key = 'lazo_</script>secret';

let listener: Listener;

const page = async (hosts: readonly string[]): Promise<string> => {
  options = { ...options, hosts };
  return (await fetch(`${listener.url}/graphiql`)).text();
};

let options = {
  key,
  signIn: 'http://127.0.0.1:4003',
  clientId: 'lazo-local',
  hosts: ['127.0.0.1'] as readonly string[],
};

beforeAll(async () => {
  listener = await serveTrial(serveGraphiql(() => options));
});

afterAll(() => listener.close());

/** What the page gives to GraphiQL when it is opened at this address. */
const shownAt = async (search: string): Promise<unknown> => {
  const [, source = ''] = /<script>([^]*?)<\/script>/.exec(await page(['127.0.0.1'])) ?? [];
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const element = {};
  new Script(source).runInNewContext({
    URLSearchParams,
    location: { origin: listener.url, search },
    document: { getElementById: () => element },
    React: { createElement: (_component: unknown, given: unknown) => given },
    ReactDOM: { createRoot: () => ({ render: resolve }) },
    GraphiQL: { createFetcher: () => undefined },
  });
  return promise;
};

describe('GraphiQL', () => {
  it('comes with the demo key, safely written, to this machine only', async () => {
    const scripts = [...(await page(['127.0.0.1'])).matchAll(/<script>([^]*?)<\/script>/g)].map(
      ([, source = '']) => source,
    );
    expect(scripts).toHaveLength(1);
    expect(() => new Script(scripts[0] ?? '')).not.toThrow();
    const settings = new Script(`${(scripts[0] ?? '').split('\n')[0] ?? ''}; settings`).runInNewContext() as {
      key: string;
    };
    expect(settings.key).toBe(key);
    expect(await page(['localhost'])).not.toContain('secret');
  });

  it('fills in what its address asks, and sends nothing by itself', async () => {
    const query = 'query Who { me { actor } }';
    const search = `?${new URLSearchParams({ query, variables: '{"a":1}' }).toString()}`;
    expect(await shownAt(search)).toMatchObject({ query, variables: '{"a":1}', operationName: undefined });
    expect(await shownAt('')).toMatchObject({ query: undefined, variables: undefined });
  });

  it('loads nothing from elsewhere', async () => {
    const sources = [...(await page(['127.0.0.1'])).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source);
    expect(sources).toEqual([
      'data:,',
      '/graphiql/graphiql.css',
      '/graphiql/react.js',
      '/graphiql/react-dom.js',
      '/graphiql/graphiql.js',
    ]);
    for (const source of sources.slice(1)) {
      const answer = await fetch(`${listener.url}${source}`);
      expect(answer.headers.get('content-type')).toMatch(source?.endsWith('.css') ? /text\/css/ : /text\/javascript/);
      expect((await answer.text()).length).toBeGreaterThan(1_000);
    }
  });
});

describe('the first page', () => {
  it('links to the others', () => {
    const html = indexPage([{ name: 'A & B', url: '/x?a=1&b=2', about: '<i>' }]);
    expect(html).toContain('<a href="/x?a=1&amp;b=2">A &amp; B</a>');
    expect(html).not.toContain('<i>');
  });
});
