/**
 * The contract between the planes and their clients: routes, signed statements, link frames, errors. Owns no behaviour
 * but a typed client; imports nothing of ours.
 */
export * from './client.ts'
export * from './link.ts'
export * from './openapi.ts'
export * from './problem.ts'
export * from './route.ts'
export * from './routes.ts'
export * from './schema.ts'
export * from './statements.ts'
export { Job, JobState, Table, Upload } from './routes/catalogue.ts'
export { SetupAnswer, Token } from './routes/account.ts'
