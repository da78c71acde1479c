// All modules of the product, ground up. A new module is one line here; `npm run new:module` writes it.
import { gather, type Module } from '#kernel';

/** Every module, in the order of the areas. */
export const modules: readonly Module[] = [];

/** The product. */
export const registry = gather(modules);
