// Secrets: JSON in the environment, or Systems Manager parameters. Its client would be one more package for one request
// in the life of a container, so the table's signed exchange makes it.
import type { SecretName, Secrets } from '#kernel/ports';
import { openExchange } from './dynamodb/exchange.ts';
import type { JsonService } from './dynamodb/signature.ts';
import type { Environment } from './environment.ts';
import { once } from './once.ts';

const names: readonly SecretName[] = ['signing', 'idempotency', 'sealing'];
const systemsManager: JsonService = { name: 'ssm', target: 'AmazonSSM', contentType: 'application/x-amz-json-1.1' };

type Values = Readonly<Partial<Record<string, string>>>;

/** The secrets that the environment points to, all read at the first use. */
export function openSecrets(environment: Environment): Secrets {
  const values = once(() => read(environment.secrets));
  return {
    async get(name) {
      const value = (await values())[name];
      if (!value) throw new Error(`There is no secret ${name}.`);
      return value;
    },
  };
}

const read = (place: string): Promise<Values> =>
  place.startsWith('ssm:') ? readParameters(place.slice('ssm:'.length)) : Promise.resolve(JSON.parse(place) as Values);

type Answer = { readonly Parameters?: readonly { readonly Name: string; readonly Value: string }[] };

const readParameters = async (prefix: string): Promise<Values> => {
  const send = openExchange({ service: systemsManager });
  const input = { Names: names.map((name) => `${prefix}${name}`), WithDecryption: true };
  const { status, text } = await send('GetParameters', JSON.stringify(input));
  if (status !== 200) throw new Error(`The secrets could not be read from Systems Manager: ${text}`);
  const { Parameters = [] } = JSON.parse(text) as Answer;
  return Object.fromEntries(Parameters.map(({ Name, Value }) => [Name.slice(prefix.length), Value]));
};
