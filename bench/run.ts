// `npm run bench`: the budgets of the product, measured (docs/performance.md). `--quick` has 1,000 rows, `--full` a million;
// `--only <part>` measures one part; `--json` prints the rows as JSON.
import { parseArgs } from 'node:util';
import { automationRows } from './automation.ts';
import { backgroundRows } from './background.ts';
import { coldStartRows } from './cold-start.ts';
import { countedRows, growthRows, price, type Prices } from './counted.ts';
import { openData } from './data.ts';
import { documentRows } from './documents.ts';
import { importRows } from './import.ts';
import { localCloudRows } from './local-cloud.ts';
import { overheadRows } from './overhead.ts';
import { startProduct, type Product } from './product.ts';
import { saveRows, tableOf, type Row } from './rows.ts';
import { segmentRows } from './segments.ts';
import { throughputRows } from './throughput.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
  },
});

const sizes = options.quick ? [1_000] : options.full ? [1_000, 100_000, 1_000_000] : [1_000, 100_000];
const load = { seconds: options.full ? 20 : 5, mostRequests: 20_000 };
const pace = { perSecond: 50, seconds: options.full ? 120 : 20 };

/** Counted and compared in this process, on one engine that grows. */
const inProcess = async (): Promise<readonly Row[]> => {
  const product = await startProduct();
  try {
    return await growing(product);
  } finally {
    await product.stop();
  }
};

const growing = async (product: Product): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  const prices: Prices[] = [];
  const grow = await openData(product);
  for (const size of sizes) {
    say(`growing to ${size.toLocaleString('en')} rows`);
    const data = await grow(size);
    const now = await price(product, data);
    prices.push(now);
    rows.push(...(await countedRows(product, now)), ...(await overheadRows(product, data)));
    if (size !== sizes.at(-1)) continue;
    rows.push(...(await backgroundRows(product, data)), ...(await coldStartRows(product, data)));
    rows.push(...(await segmentRows(product)), ...(await documentRows(product)));
  }
  const [smallest, largest] = [prices[0], prices.at(-1)];
  return smallest && largest && prices.length > 1 ? [...rows, ...growthRows(smallest, largest)] : rows;
};

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  operations: inProcess,
  'local-cloud': localCloudRows,
  import: () => importRows(options.full ? 50_000 : 5_000),
  throughput: () => throughputRows(load),
  automation: () => automationRows(pace),
};

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (options.only.length > 0 && !options.only.includes(name)) continue;
  say(`measuring ${name}`);
  rows.push(...(await measure()));
}
console.log(options.json ? JSON.stringify(rows, undefined, 2) : tableOf(rows));
say(`saved to ${saveRows(rows, { sizes, load, pace, node: process.version })}`);
