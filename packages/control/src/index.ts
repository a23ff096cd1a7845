/** The control plane, for programs that run it in their own process: tests and tools. */
export { readConfig, type ControlConfig } from './app/config.ts'
export { startControl, type Control, type ControlOptions } from './app/control.ts'
