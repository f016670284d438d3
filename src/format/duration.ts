const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
/** The form of a duration. */
export const DURATION = /^(\d{1,6})([mhdw])$/;

/** Milliseconds of `<n>m|h|d|w` (a day is 24 hours), or undefined when the text has another form. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, count, unit] = match;
  switch (unit) {
    case "m":
    case "h":
    case "d":
    case "w":
      return Number(count) * UNITS[unit];
    default:
      return undefined;
  }
}

/** `41 h`, `12 d`, `5 m`: one unit, rounded down, hours up to three days because soak times are told in hours. */
export function renderDuration(ms: number): string {
  if (ms < UNITS.h) return `${Math.max(0, Math.floor(ms / UNITS.m))} m`;
  if (ms <= 3 * UNITS.d) return `${Math.floor(ms / UNITS.h)} h`;
  return `${Math.floor(ms / UNITS.d)} d`;
}
