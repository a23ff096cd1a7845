/** What every client of Keyhold does, in Node and in browsers alike. */
export { createClient } from '@keyhold/contract'
