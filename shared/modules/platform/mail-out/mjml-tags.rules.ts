/** A tag of MJML: closing or not, its name, whether it closes itself. */
const tags = /<(\/?)(mj(?:ml|-[\w-]+))\b(?:"[^"]*"|'[^']*'|[^>"']){0,2000}?(\/?)>/gi;

/** Comments without their letters: lines keep their numbers. */
const withoutComments = (source: string): string =>
  source.replace(/<!--(?:(?!<!--)[\s\S])*?-->/g, (comment) => comment.replace(/[^\n]/g, ''));

/** The first tag that is not closed, or closed without being open: the compiler puts up with both, and the mail looks broken. */
export const unbalancedTag = (source: string): { readonly line: number; readonly message: string } | undefined => {
  const text = withoutComments(source);
  const open: { readonly name: string; readonly at: number }[] = [];
  const told = (at: number, message: string) => ({ line: text.slice(0, at).split('\n').length, message });
  for (const { 1: slash, 2: word = '', 3: closed, index } of text.matchAll(tags)) {
    const name = word.toLowerCase();
    if (slash === '/') {
      const last = open.pop();
      if (!last) return told(index, `</${name}> closes nothing`);
      if (last.name !== name) return told(last.at, `<${last.name}> is not closed`);
    } else if (closed !== '/') open.push({ name, at: index });
  }
  const [left] = open.slice(-1);
  return left && told(left.at, `<${left.name}> is not closed`);
};
