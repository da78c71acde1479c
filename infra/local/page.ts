// The frame of the local cloud's pages: one look, light and dark, nothing from outside.

/** A whole page around `body`. */
export const pageOf = (title: string, body: string, style = ''): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${baseStyle}${style}</style></head><body>${body}</body></html>`;

const baseStyle = `
:root { color-scheme: light dark; --ink: light-dark(#1d2433, #e6e9f0); --quiet: light-dark(#667085, #98a2b3); --ground: light-dark(#f5f6f8, #12151c);
  --sheet: light-dark(#ffffff, #1a1f2b); --line: light-dark(#e3e6ec, #2b3242); --accent: light-dark(#2f5fd0, #8db0ff); --problem: light-dark(#b42318, #ff9b8f); }
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
a { color: var(--accent) } code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere }
h1 { font-size: 22px; margin: 0 0 4px } .quiet { color: var(--quiet); margin: 0 } .problem { color: var(--problem) }
.narrow { max-width: 480px; margin: 12vh auto 0; padding: 32px; background: var(--sheet); border: 1px solid var(--line); border-radius: 12px }
form label { display: block; margin-top: 16px; font-size: 13px; color: var(--quiet) }
input { display: block; width: 100%; margin-top: 4px; padding: 9px 11px; font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 7px }
button { margin-top: 20px; padding: 9px 18px; font: inherit; font-weight: 600; color: light-dark(#fff, #10131a); background: var(--accent); border: 0; border-radius: 7px; cursor: pointer }
`;
