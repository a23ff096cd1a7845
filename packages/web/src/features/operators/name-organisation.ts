import type { OperatedOrganisation } from '@keyhold/contract'

/** What operators called it; else the end of its id. */
export const nameOrganisation = ({ label, id }: OperatedOrganisation): string =>
  label ?? `Organisation ${id.slice(-12)}`
