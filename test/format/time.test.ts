import { expect, test } from "@jest/globals";
import { parseDuration, renderDuration } from "../../src/format/duration.ts";
import { formatTime, isTime, laterOf, renderShortTime, renderTime, timeToMs } from "../../src/format/time.ts";

test.each(["2026-12-01T00:00:00Z", "2024-02-29T23:59:59Z"])("%s is a time", (text) => {
  expect(isTime(text)).toBe(true);
  expect(formatTime(new Date(timeToMs(text)))).toBe(text);
});

test.each([
  "2026-12-01",
  "2026-12-01T00:00:00",
  "2026-12-01T00:00:00+00:00",
  "2026-12-01T00:00:00.000Z",
  "2026-12-01 00:00:00Z",
  "2026-12-01t00:00:00z",
  "2026-02-30T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-12-01T24:00:00Z",
  "2026-12-01T00:00:60Z",
  "+002026-12-01T00:00:00Z",
  "２026-12-01T00:00:00Z",
  "tomorrow",
  "",
])("%j is no time", (text) => {
  expect(isTime(text)).toBe(false);
});

test("fractions of a second are cut", () => {
  expect(formatTime(new Date("2026-12-01T00:00:00.999Z"))).toBe("2026-12-01T00:00:00Z");
});

test("of two times the later counts", () => {
  expect(laterOf("2026-12-01T00:00:00Z", "2026-11-30T23:59:59Z")).toBe("2026-12-01T00:00:00Z");
});

test("people read a day, a month in words, and UTC", () => {
  expect(renderTime("2026-11-24T09:10:59Z")).toBe("24 November 2026, 09:10 UTC");
  expect(renderShortTime("2027-01-02T00:05:00Z")).toBe("2 Jan 2027 00:05");
});

test.each([
  ["90m", 5_400_000],
  ["72h", 259_200_000],
  ["30d", 2_592_000_000],
  ["2w", 1_209_600_000],
  ["0m", 0],
])("%s lasts %d milliseconds", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "30", "d", "1.5h", "-1h", "1h30m", "30 d", "30D", "1y", "1s", "1000000d"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  [59_999, "0 m"],
  [-5, "0 m"],
  [3_599_999, "59 m"],
  [147_600_000, "41 h"],
  [259_200_000, "72 h"],
  [260_000_000, "3 d"],
  [345_600_000, "4 d"],
])("%d milliseconds read as %s", (ms, text) => {
  expect(renderDuration(ms)).toBe(text);
});
