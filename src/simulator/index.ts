// The simulated Meta as a library: what tests and other programs start it with.
export { DEMO_CUSTOMER, demoWorld } from './demo-world.ts'
export type { Settings, SettingsChange } from './settings.ts'
export { type Simulator, type SimulatorOptions, startSimulator } from './start-simulator.ts'
export type { World } from './world.ts'
