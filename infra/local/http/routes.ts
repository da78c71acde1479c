// The routes of the HTTP API as API Gateway chooses among them: a fixed path before a greedy one, a method before ANY.
import { triggersOn, type Wiring } from '../wiring.ts';

/** A route that fits a request. `key` is as the wiring writes it. */
export type Match = {
  readonly functionName: string;
  readonly key: string;
  readonly pathParameters: Readonly<Record<string, string>>;
};

/** Finds the route of a request. */
export type FindRoute = (method: string, path: string) => Match | undefined;

type Route = {
  readonly functionName: string;
  readonly key: string;
  readonly method: string;
  readonly expression: RegExp;
  readonly greedy: boolean;
};

/** Compiles the routes of the wiring. */
export function compileRoutes(wiring: Wiring): FindRoute {
  const routes = triggersOn(wiring, 'http')
    .flatMap(({ functionName, trigger }) => trigger.routes.map((key) => compileRoute(functionName, key)))
    .sort(
      (one, other) =>
        Number(one.greedy) - Number(other.greedy) || Number(one.method === 'ANY') - Number(other.method === 'ANY'),
    );
  return (method, path) => {
    for (const { functionName, key, method: wanted, expression } of routes) {
      const found = wanted === 'ANY' || wanted === method ? expression.exec(path) : null;
      if (found) return { functionName, key, pathParameters: parametersOf(found) };
    }
    return undefined;
  };
}

const compileRoute = (functionName: string, key: string): Route => {
  const [method = '', path = ''] = key.split(' ');
  const source = path
    .replace(/[.*?^$()|[\]\\]/g, '\\$&')
    .replace(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { functionName, key, method, expression: new RegExp(`^${source}$`), greedy: path.includes('+}') };
};

const parametersOf = (found: RegExpExecArray): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, safelyDecoded(value)]));

const safelyDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
