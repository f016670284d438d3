import { afterAll, afterEach, expect } from "@jest/globals";
import nock from "nock";

// Tests reach loopback and nothing else; a mock that nobody used is a test that proves less than it says.
nock.disableNetConnect();
nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/);

afterEach(() => {
  const unused = nock.pendingMocks();
  nock.cleanAll();
  expect(unused).toEqual([]);
});

// Without this, nock's patched http module leaks from one test file of a worker into the next.
afterAll(() => nock.restore());
