// Names of segment files: twelve digits, so that they sort as text.

const NAME = /^(\d{12})\.jsonl$/

export function segmentName(number: number): string {
  return `${digits(number)}.jsonl`
}

export function segmentNumber(fileName: string): number | null {
  const match = NAME.exec(fileName)
  return match === null ? null : Number(match[1])
}

/** Every file that may belong to a segment. */
export function filesOf(number: number): string[] {
  return ['jsonl', 'json.gz', 'json.zst', 'idx'].map((ending) => `${digits(number)}.${ending}`)
}

function digits(number: number): string {
  return String(number).padStart(12, '0')
}
