// One line at a time on standard error: standard output is for the ready line alone.

/** Says something to whoever watches. */
export const logLine = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** What handlers print goes to standard error too. */
export function keepOutputForReadyLine(): (line: string) => void {
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return (line) => void print(`${line}\n`);
}
