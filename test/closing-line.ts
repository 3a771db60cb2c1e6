// Says at the end of a run, in one plain line, what was run.
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const { result } of [...module.children.allTests()].map((test) => ({ result: test.result() }))) counts[result.state]++
      // A file that does not load has no tests, and must not look like a success.
      if (!module.ok() && [...module.children.allTests()].every((test) => test.ok())) counts.failed++
    }
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
  }
}
