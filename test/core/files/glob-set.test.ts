import { expect, test } from 'vitest'
import { globSet } from '../../../core/files/glob-set.ts'

test('matches paths by globs, minus what is excluded', () => {
  const check = (paths: string[], exclude: string[], path: string, want: boolean) => expect(globSet(paths, exclude).matches(path), `${paths} ${exclude} ${path}`).toBe(want)
  check(['/var/log/*.log'], [], '/var/log/a.log', true)
  check(['/var/log/*.log'], [], '/var/log/a.log.1', false)
  check(['/var/log/*.log'], [], '/var/log/sub/a.log', false)
  check(['/var/log/*.log'], [], '/var/log/.hidden.log', false)
  check(['/var/log/**/*.log'], [], '/var/log/a/b/c.log', true)
  check(['/var/log/**/*.log'], [], '/var/log/c.log', true)
  check(['/var/log/{a,b/c}/*.log'], [], '/var/log/b/c/x.log', true)
  check(['/var/log/app[1].log'], [], '/var/log/app[1].log', true)
  check(['/var/log/app[1].log'], [], '/var/log/app1.log', true)
  check(['/var/log/*'], ['*.gz'], '/var/log/a.gz', false)
  check(['/var/log/*'], ['/var/log/b*'], '/var/log/b.log', false)
  check(['/var/log/b.log'], ['*.log'], '/var/log/b.log', false)
})

test('knows the directories to watch, and which ones below them matter', () => {
  const globs = globSet(['/var/log/*/app-*.log', '/srv/x.log', '/var/log/deep/**/*.log', '/var/log/[ab].log'], [])
  expect([...globs.bases].sort()).toEqual(['/srv', '/var/log'])
  const check = (dir: string, want: boolean) => expect(globs.mayContain(dir), dir).toBe(want)
  check('/var/log', true)
  check('/var', true)
  check('/var/log/any', true)
  check('/var/log/any/below', false)
  check('/var/log/deep/a/b/c', true)
  check('/var/other', false)
  check('/srv', true)
  check('/srv/below', false)
})
