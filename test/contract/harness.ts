// What a suite needs of a test runner: `test` and `expect` of vitest, jest or bun fit as they are.

export interface Harness {
  test(name: string, run: () => Promise<void> | void): unknown
  expect(actual: unknown): Expectation
}

export interface Expectation {
  toBe(expected: unknown): unknown
  toEqual(expected: unknown): unknown
}
