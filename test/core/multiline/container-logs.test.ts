// Real lines in the frames of container runtimes, split as these split them.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sharedData } from '../../shared-data.ts'
import { groupText } from './group-lines.ts'

const FOLDER = 'logs/derived-cri-docker'
const folder = sharedData(FOLDER)
const READS: ReadonlyArray<readonly number[]> = [[], Array(400).fill(1), [83, 1, 41, 1000], Array(40).fill(37)]

function expected(): string[] {
  return readFileSync(`${folder}/expected.jsonl`, 'utf8').trim().split('\n')
}

const CRI = /^\S+ (stdout|stderr) ([FP]) ([^]*)$/

for (const option of ['cri', ['docker', 'cri']]) {
  test.skipIf(folder === null)(`${JSON.stringify(option)} puts CRI lines together${folder === null ? ` (${FOLDER} is not beside this checkout)` : ''}`, () => {
    const text = readFileSync(`${folder}/cri.log`, 'utf8')
    for (const reads of READS) {
      const records = groupText(option, text, reads).map((record) => CRI.exec(record))
      expect(records.map((parts) => JSON.stringify({ stream: parts?.[1], line: parts?.[3] }))).toEqual(expected().map(normal))
      expect(records.every((parts) => parts?.[2] === 'F')).toBe(true)
    }
  })
}

test.skipIf(folder === null)(`docker puts lines of JSON files together${folder === null ? ` (${FOLDER} is not beside this checkout)` : ''}`, () => {
  const text = readFileSync(`${folder}/docker-json.log`, 'utf8')
  for (const reads of READS) {
    const records = groupText('docker', text, reads).map((record) => JSON.parse(record) as { log: string; stream: string })
    expect(records.map(({ stream, log }) => JSON.stringify({ stream, line: log.replace(/\n$/, '') }))).toEqual(expected().map(normal))
  }
})

function normal(line: string): string {
  return JSON.stringify(JSON.parse(line))
}
