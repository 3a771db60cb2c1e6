// The bound of counts by name, the same for what is stored and for what is shown: a restart must not change a table.

/** Names of a table. Log text can name things: neither memory nor the state line of a segment may grow without end. */
export const MAX_NAMES = 2000
/** Where names beyond are counted together. A name that really is this one shares its row. */
export const OTHER = '(other)'
