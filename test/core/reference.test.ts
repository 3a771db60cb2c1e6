import { describe, expect, test } from 'vitest'
import { renderReference } from '../../core/reference.ts'
import { samplePlugins } from './config/sample-plugins.ts'

const text = renderReference(samplePlugins)

describe('the plugin reference', () => {
  test('has a section a kind, with its common keys, and one a plugin', () => {
    for (const title of ['Sources', 'Parsers', 'Taggers', 'Filters', 'Outputs', 'Retention']) expect(text).toContain(`\n## ${title}\n`)
    for (const { kind, type } of samplePlugins) expect(text).toContain(`\n### ${kind} \`${type}\`\n`)
    expect(text).toContain('| `when` | a string |  | A query; only records that match it are handed to this component. |')
    expect(text).toContain('| `batch.records` | a whole number, at least 1, at most 100000 | `5000` | At most so many records at once. |')
  })

  test('lists every option with type, default and description', () => {
    expect(text).toContain('| `paths` | an array of strings | required | Globs of the files to follow. |')
    expect(text).toContain('| `start` | one of beginning, end | `beginning` | Where a new file begins. |')
    expect(text).toContain('| `max_line` | a size | `1MiB` | Longest line. |')
    expect(text).toContain('| `timeout` | a duration | `30s` |  |')
    expect(text).toContain('| `repeat.tries` | a whole number, at least 0 | `3` |  |')
  })

  test('shows examples in their place and what an output guarantees', () => {
    expect(text).toContain('```yaml\nsources:\n  - type: file\n    paths: [/var/log/app/*.log]\n```')
    expect(text).toContain('**Guarantee**: Exactly once.')
  })

  test('is the same whatever order the plugins come in', () => {
    expect(renderReference(samplePlugins.toReversed())).toBe(text)
  })
})
