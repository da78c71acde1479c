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

/** A promise that nobody waits for would end the process, and with it every function; in Lambda only its own container. */
export function surviveStrayRejections(): void {
  process.on('unhandledRejection', (reason) => {
    logLine(
      `A promise failed that nobody waited for: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  });
}
