/** An instant as `YYYY-MM-DDTHH:MM:SSZ`. The form is fixed, so that comparing two as strings compares the instants. */
export type Time = string;

/** The form of an instant; not every text of it is a day and hour that exist. */
export const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Whether the text is an instant in the one form that registry files use, and a day and hour that exist. */
export function isTime(text: string): boolean {
  if (!TIME.test(text)) return false;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && formatTime(date) === text;
}

/** The instant in the form that registry files use; fractions of a second are cut. */
export function formatTime(date: Date): Time {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since the epoch of a valid time. */
export function timeToMs(time: Time): number {
  return Date.parse(time);
}

/** The later of two times. */
export function laterOf(a: Time, b: Time): Time {
  return a > b ? a : b;
}

// Intl would do it too, and costs every command 20 ms of start-up.
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** `24 November 2026, 09:10 UTC`, for people. */
export function renderTime(time: Time): string {
  return `${dayOf(time)} ${monthOf(time)} ${time.slice(0, 4)}, ${time.slice(11, 16)} UTC`;
}

/** `24 Nov 2026 09:10`, in UTC: for tables. */
export function renderShortTime(time: Time): string {
  return `${dayOf(time)} ${monthOf(time).slice(0, 3)} ${time.slice(0, 4)} ${time.slice(11, 16)}`;
}

function dayOf(time: Time): number {
  return Number(time.slice(8, 10));
}

function monthOf(time: Time): string {
  return MONTHS[Number(time.slice(5, 7)) - 1] ?? "";
}
