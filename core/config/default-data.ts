// Where data is kept when nobody says otherwise. Apart from the settings' schema, which takes 0.2 s to load: commands read this alone.

export const DEFAULT_DATA = './data'
