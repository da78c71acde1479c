// Packages whose authors publish no types. The first is a compiled ES module: what it exports by default lies within the default.
declare module 'mjml-core' {
  const loaded: {
    readonly default: (source: string, options: object) => Promise<{ readonly html: string }>;
  };
  export { loaded as default };
}

declare module 'mjml-preset-core' {
  const preset: object;
  export { preset as default };
}
