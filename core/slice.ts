// How much is parsed, tagged and filtered at once, and how much without giving way to others.

/** Records alive at once. Measured on 1 GB (`npm run bench -- memory`): slices of 64 KiB peak 12 MB lower than 256 KiB, at the same speed. */
export const SLICE_BYTES = 64 * 1024

/** Bounds the records alive at once where lines are short. */
export const SLICE_RECORDS = 1024

/** What is taken in one turn of the event loop: about 3 ms. A larger input gives way to others between its slices. */
export const TURN_BYTES = 256 * 1024 + 4096
