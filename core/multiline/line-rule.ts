// How it is told which lines of one stream belong together: a small state machine over the text of each line.

/** With this bit a line begins a record of its own; without it, it belongs to the record before. */
export const NEW = 0x100

export interface LineRule {
  /**
   * `state` is what came back for the line before, without NEW; 0 at first and where nothing is open.
   * Gives the state after this line, 0 where the record is complete with it, and NEW where it begins a record. States are below 256.
   * Keeps nothing between calls: a stream is resumed with a saved state, which may be another rule's.
   */
  step(state: number, text: string): number
}
