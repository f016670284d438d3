const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let sections = 0;
let caught: NodeJS.Signals | undefined;

function remember(signal: NodeJS.Signals): void {
  caught ??= signal;
}

/** Runs a short section that must not be left half done: a signal that would end Node ends it right after. */
export async function withSignalsHeld<T>(section: () => Promise<T>): Promise<T> {
  if (sections === 0) for (const signal of SIGNALS) process.on(signal, remember);
  sections += 1;
  try {
    return await section();
  } finally {
    sections -= 1;
    if (sections === 0) release();
  }
}

function release(): void {
  for (const signal of SIGNALS) process.off(signal, remember);
  const signal = caught;
  caught = undefined;
  // Where somebody else listens too, that listener has had the signal already.
  if (signal !== undefined && process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
