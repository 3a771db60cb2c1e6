// Lower case for ASCII letters alone: what the index does to tokens, so that search and index never disagree over `İ` or `ß`.

/** Leaves every character beyond ASCII as it is, so the length stays the same. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
