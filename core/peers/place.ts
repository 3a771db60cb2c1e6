// A place in a journal, as it is written between Sawlogs: `SEGMENT.RECORD`.

export interface Place {
  readonly segment: number
  readonly record: number
}

/** 15 digits are safe integers. */
const PLACE = /^(\d{1,15})\.(\d{1,15})$/

export function placeText({ segment, record }: Place): string {
  return `${segment}.${record}`
}

/** Null for what is no place. */
export function parsePlace(text: unknown): Place | null {
  const match = typeof text === 'string' ? PLACE.exec(text) : null
  return match === null ? null : { segment: Number(match[1]), record: Number(match[2]) }
}
