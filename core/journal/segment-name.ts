// Names of segment files: twelve digits, so that they sort as text.

/** What a file of a segment is: being written or closed, sealed one way or the other, or the index of a sealed one. */
export type SegmentFileKind = 'jsonl' | 'gzip' | 'zstd' | 'index'

const NAME = /^(\d{12})\.(jsonl|json\.gz|json\.zst|idx)$/
const KINDS: Readonly<Record<string, SegmentFileKind>> = { jsonl: 'jsonl', 'json.gz': 'gzip', 'json.zst': 'zstd', idx: 'index' }

export function segmentName(number: number): string {
  return `${digits(number)}.jsonl`
}

export function sealedName(number: number, compression: 'gzip' | 'zstd'): string {
  return `${digits(number)}.json.${compression === 'gzip' ? 'gz' : 'zst'}`
}

export function indexName(number: number): string {
  return `${digits(number)}.idx`
}

/** What a file in the journal's directory is, or null when it is none of a segment's. */
export function segmentFile(fileName: string): { number: number; kind: SegmentFileKind } | null {
  const match = NAME.exec(fileName)
  return match === null ? null : { number: Number(match[1]), kind: KINDS[match[2] as string] as SegmentFileKind }
}

/** Every file that may belong to a segment. */
export function filesOf(number: number): string[] {
  return Object.keys(KINDS).map((ending) => `${digits(number)}.${ending}`)
}

function digits(number: number): string {
  return String(number).padStart(12, '0')
}
