// A found record as one line of JSON: the stored line with its id before it, everything else byte for byte as it is kept.

export function recordJson(id: string, text: string): string {
  const line = `{"id":${JSON.stringify(id)},${text.slice(1)}`
  // JSON allows a carriage return between its tokens; readers of lines and of events take it for a line end. Inside a string it is escaped.
  return line.includes('\r') ? line.replaceAll('\r', ' ') : line
}
