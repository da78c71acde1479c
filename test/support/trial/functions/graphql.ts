// The trial system's API: writes a row, echoes, fails, waits, tells the time, as the request asks.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { systemClock } from '#aws/clock';
import { openPorts } from '#aws/ports';
import type { Ports } from '#kernel/ports';

type Order = { readonly do: string; readonly id?: string; readonly more?: Readonly<Record<string, unknown>> };

let ports: Ports | undefined;

/** Does what the body orders. */
export const handler = (event: APIGatewayProxyEventV2): unknown => {
  if (!event.routeKey.startsWith('POST')) return event;
  const order = JSON.parse(event.body ?? '{}') as Order;
  return (orders[order.do] ?? (() => event))(order);
};

const open = (): Ports => (ports ??= openPorts());

/** A row that carries its event, as the repository writes it. */
const put = async ({ id = '', more = {} }: Order): Promise<unknown> => {
  await open().table.write({ kind: 'put', item: { pk: `t1#${id}`, sk: 'row', ...more } });
  return { id };
};

const orders: Readonly<Record<string, (order: Order) => unknown>> = {
  put,
  fail: () => {
    throw new Error('as ordered');
  },
  wait: () => new Promise((resolve) => setTimeout(resolve, 60_000)),
  time: () => ({ now: systemClock().now().toISOString() }),
  get: ({ id = '' }) => open().table.get({ pk: `t1#${id}`, sk: 'seen' }, { consistent: true }),
  wake: async ({ id = '' }) => {
    await open().scheduler.wakeAt(id);
    return {};
  },
  send: async ({ more = {} }) => {
    await open().queues.send('jobs', [
      { body: more, ...(typeof more['delaySeconds'] === 'number' && { delaySeconds: more['delaySeconds'] }) },
    ]);
    return {};
  },
  mail: async ({ more = {} }) =>
    open().mailer.send({
      from: 'crm@lazo.example',
      to: [String(more['to'])],
      raw: Buffer.from(String(more['raw'])),
      tags: { mail: 'm1' },
    }),
  upload: async ({ id = '' }) => ({
    url: await open().files.uploadUrl(`t1/${id}`, { contentType: 'text/csv', seconds: 60 }),
  }),
  download: async ({ id = '' }) => ({
    url: await open().files.downloadUrl(`t1/${id}`, { fileName: 'año.csv', seconds: 60 }),
  }),
};
