/** A clock that runs with the real one and can be moved ahead. */
export interface Clock {
  readonly now: () => Date;
  advance(ms: number): void;
}

/** Starts at the real time. */
export function startClock(): Clock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    advance(ms) {
      ahead += ms;
    },
  };
}
