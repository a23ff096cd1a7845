import { startDataPlane, type RunningDataPlane } from './data-plane.ts'
import { makeHome, readText, startProgram, type ProgramOptions } from './program.ts'

export type InstallationOptions = ProgramOptions & {
  /** 0 takes a free port. */
  port: number
}

export type Installation = Omit<RunningDataPlane, 'pid' | 'stop'> & {
  url: string
  serverPin: string
  /** Fingerprint of the local certificate authority. */
  authority: string
  pids: () => { control: number | undefined; data: number | undefined }
  stop: () => Promise<void>
}

/**
 * Starts the control plane and the first organisation's data plane on this machine, each with its own folder and
 * credentials. Resolves when both are ready; rejects with a StartError when one gives up before that.
 */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  makeHome(options.home)
  const port = { KEYHOLD_PORT: String(options.port) }
  const control = await startProgram('control', options, { ...port, ...databaseUrl(options) }, () => ({}))
  const url = readText(control.readiness, 'url')
  // The port is fixed from here on, so that a restarted control plane is found at the same place.
  control.process.environment['KEYHOLD_PORT'] = new URL(url).port
  const address = { KEYHOLD_CONTROL_URL: url }
  const data = await startDataPlane(options, address, () => control.latest()).catch(async (error: unknown) => {
    await control.process.supervised.stop()
    throw error
  })
  const { pid, stop, ...told } = data
  return {
    ...told,
    url,
    serverPin: readText(control.readiness, 'serverPin'),
    authority: readText(control.readiness, 'caFingerprint'),
    pids: () => ({ control: control.process.supervised.pid, data: pid() }),
    stop: async () => {
      await stop()
      await control.process.supervised.stop()
    },
  }
}

function databaseUrl(options: InstallationOptions): NodeJS.ProcessEnv {
  const url = (options.environment ?? process.env)['DATABASE_URL']
  return url === undefined ? {} : { DATABASE_URL: url }
}
