import { expect, it } from '@jest/globals';
import { openChannels } from './channels.ts';

it('one person listens at 20 places, a tenant at 1,000; who stops makes room', () => {
  const channels = openChannels();
  const heard: string[] = [];
  const listen = (channel: string) => channels.listen(channel, (event) => heard.push(event));
  const stops = Array.from({ length: 20 }, () => listen('/lazo/ten-1/usr-0'));
  expect(stops.every((stop) => stop !== undefined)).toBe(true);
  expect(listen('/lazo/ten-1/usr-0')).toBeUndefined();
  for (let user = 1; user < 50; user += 1)
    for (let nth = 0; nth < 20; nth += 1) listen(`/lazo/ten-1/usr-${String(user)}`);
  expect(listen('/lazo/ten-1/usr-50')).toBeUndefined();
  expect(listen('/lazo/ten-2/usr-0')).toBeDefined();
  stops[0]?.();
  stops[0]?.();
  expect(listen('/lazo/ten-1/usr-50')).toBeDefined();
  expect(listen('/lazo/ten-1/usr-51')).toBeUndefined();
  channels.publish('/lazo/ten-1/usr-0', ['a']);
  expect(heard).toHaveLength(19);
});
