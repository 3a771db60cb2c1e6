// The data directory a command means when it names neither a server nor a directory: that of the configuration.
import { DEFAULT_DATA } from '../config/default-data.ts'
import { rawConfig } from './raw-config.ts'

export async function configuredData(file: string | undefined): Promise<string> {
  const { data } = await rawConfig(file)
  return typeof data === 'string' ? data : DEFAULT_DATA
}
