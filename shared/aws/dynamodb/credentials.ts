// Where AWS keys come from: the environment, as in Lambda and on the local cloud, else the SDK's provider chain,
// which is loaded only then because it is the heaviest import of the table.
import type { Credentials } from './signature.ts';

/** Answers valid keys; `renew` asks for new ones after AWS called the old ones expired. */
export type CredentialSource = { current(): Promise<Credentials> | Credentials; renew(): void };

/** Keys are renewed this long before they end. */
const renewalMargin = 5 * 60 * 1000;

/** The keys of the process. */
export function openCredentials(environment: NodeJS.ProcessEnv = process.env): CredentialSource {
  const fixed = fromEnvironment(environment);
  return fixed ? { current: () => fixed, renew: () => undefined } : fromProviderChain();
}

const fromEnvironment = (environment: NodeJS.ProcessEnv): Credentials | undefined => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
};

const fromProviderChain = (): CredentialSource => {
  let loading: Promise<Credentials> | undefined;
  let loaded: Credentials | undefined;
  const load = async (): Promise<Credentials> => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    return (loaded = await defaultProvider()());
  };
  const isFresh = (keys: Credentials): boolean =>
    !keys.expiration || keys.expiration.getTime() - Date.now() > renewalMargin;
  return {
    current: () => (loaded && isFresh(loaded) ? loaded : (loading ??= load().finally(() => (loading = undefined)))),
    renew: () => (loaded = undefined),
  };
};
