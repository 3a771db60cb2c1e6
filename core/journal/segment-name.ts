// Names of segment files: twelve digits, so that they sort as text.

const NAME = /^(\d{12})\.jsonl$/

export function segmentName(number: number): string {
  return `${String(number).padStart(12, '0')}.jsonl`
}

export function segmentNumber(fileName: string): number | null {
  const match = NAME.exec(fileName)
  return match === null ? null : Number(match[1])
}
