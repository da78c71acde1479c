// Which addresses the product may call for somebody else: those of the public internet, and nothing that only we can reach.
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Not of the public internet, by the registries of IANA: private, loopback, link-local (metadata), shared, for examples, multicast. */
const insideV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** What is handed out of IPv6; all else is loopback, private, link-local, or an IPv4 address in disguise (mapped, NAT64). */
const globalV6 = ['2000::/3'];
/** Of that: tunnels that hide IPv4 addresses (Teredo, 6to4), protocols, examples. */
const insideV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const listOf = (subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const made = new BlockList();
  for (const subnet of subnets) {
    const [net = '', prefix] = subnet.split('/');
    made.addSubnet(net, Number(prefix), family);
  }
  return made;
};

const refusedV4 = listOf(insideV4, 'ipv4');
const [offeredV6, refusedV6] = [listOf(globalV6, 'ipv6'), listOf(insideV6, 'ipv6')];

/** Whether an IP address is one of the public internet. What is no address is not. */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !refusedV4.check(address, 'ipv4');
  return isIPv6(address) && offeredV6.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6');
};
