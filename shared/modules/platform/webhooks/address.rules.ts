import type { Problem } from '#kernel';

/** Ports that partners may be called at, besides the usual one. */
const ports = new Set(['', '443', '8443']);

/** What is wrong with an address that shall be called. Where its name leads is checked at every attempt. */
export const addressProblems = (address: string): readonly Problem[] => {
  const problem = (message: string): readonly Problem[] => [{ code: 'ADDRESS_REFUSED', message, path: ['url'] }];
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:') return problem('Only https addresses are called.');
  if (url.username !== '' || url.password !== '') return problem('An address names no user.');
  if (!ports.has(url.port)) return problem('Only the ports 443 and 8443 are called.');
  if (isInside(url.hostname)) return problem('The address leads inside.');
  return [];
};

/** Names of this machine and its network, which no partner has; addresses in numbers, which no certificate names. */
const isInside = (host: string): boolean => {
  const name = host.replace(/\.$/, '');
  return (
    name.startsWith('[') ||
    /^[\d.]+$/.test(name) ||
    !name.includes('.') ||
    /\.(?:localhost|local|internal|home\.arpa)$/.test(name)
  );
};
