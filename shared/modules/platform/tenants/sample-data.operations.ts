import type { Actor, Context, Runtime } from '#kernel';
import { workAs } from '#kernel/work';
import { Tenant } from '#modules/platform/settings';

/** What a module puts into a trial, in one unit of work, as its owner. Contributed to `sampleData`. */
export type SampleData = { readonly name: string; run(context: Context): Promise<void> };
/** The extension point for it; in the order of the modules. */
export const sampleData = 'tenant.sample-data';

/** Puts in the samples of all modules, each once: the tenant notes what it has. */
export const loadSamples = async (runtime: Runtime, owner: Actor): Promise<void> => {
  for (const sample of runtime.registry.contributions(sampleData) as readonly SampleData[]) {
    await workAs(runtime, owner, 'loadSamples', async (context) => {
      const tenant = await context.trusted(Tenant).get(owner.tenant);
      const loaded = tenant.samples ?? [];
      if (loaded.includes(sample.name)) return;
      await sample.run(context);
      context.trusted(Tenant).update(tenant, { samples: [...loaded, sample.name] });
    });
  }
};
