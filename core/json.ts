// The JSON value types that records, positions and cursors are made of.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export type JsonObject = { [key: string]: Json }
