/** A key that may ask, as the roster says. */
export type { RosterMember as Member } from '@keyhold/contract'
