// A Lambda's code: minified chunks, and beside them what packages read at run time. esbuild runs in this process: a command
// per function would make synth three times as long.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions } from 'esbuild';

/** The project's folder, with a slash at its end. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The code of a function as a CDK asset; `entry` is a path from the root of the project. */
export const codeOf = (entry: string): Code =>
  Code.fromAsset(projectRoot, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      // CDK tells bundles apart by their command.
      command: [entry],
      local: {
        tryBundle: (folder) => {
          bundle(entry, folder);
          return true;
        },
      },
    },
  });

/** Writes the bundle of `entry` into `folder`: `index.mjs`, exporting what the entry exports, its chunks and source maps. */
export const bundle = (entry: string, folder: string): void => {
  const { metafile } = buildSync({ ...bundleOptions, entryPoints: [{ in: entry, out: 'index' }], outdir: folder });
  if (Object.keys(metafile.inputs).some((path) => path.includes('node_modules/pdfkit/'))) addFonts(folder);
};

/**
 * What comes with MJML to minify, to beautify, to fetch and to guess encodings, which nobody asks it to do: 4 MB in each bundle.
 * In their place stands a module that is there anyway.
 */
const neverAsked = ['cssnano', 'htmlnano', 'js-beautify', 'undici', 'encoding-sniffer', 'web-resource-inliner'];

/**
 * How they are made. ES modules in chunks: what our code imports lazily (clients of AWS, mail, PDF) is not even read before it is used, which
 * outweighs that Node starts one CommonJS file faster than one ES module (measured in docs/deploy.md). The SDK comes along as
 * the lock file pins it. Libraries leave out what they do for developers only.
 */
export const bundleOptions = {
  alias: Object.fromEntries(neverAsked.map((name) => [name, 'node:util'])),
  absWorkingDir: projectRoot,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  splitting: true,
  chunkNames: '[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
  // CommonJS packages among the ES modules ask for what only CommonJS has.
  banner: {
    js: 'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;',
  },
} satisfies BuildOptions;

/** What prints finds its fonts as a package, here as anywhere else; of the package only what is printed with. */
const addFonts = (folder: string): void => {
  const family = 'node_modules/@expo-google-fonts/noto-sans';
  for (const file of [
    '400Regular/NotoSans_400Regular.ttf',
    '700Bold/NotoSans_700Bold.ttf',
    'LICENSE_FONT',
    'package.json',
  ])
    cpSync(join(projectRoot, family, file), join(folder, family, file), { recursive: true });
};
