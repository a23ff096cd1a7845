import { Text } from '@mantine/core'
import type { Token } from '@keyhold/client'
import type { Person } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { peopleOptions } from '../../api/people.ts'
import classes from './tokens-page.module.css'

/** Of a program, made by somebody who is suspended or no member any more; unknown makers are not counted. */
export function isMadeByGone({ kind, createdBy }: Token, people: readonly Person[]): boolean {
  if (kind !== 'svc' || createdBy === null) return false
  return !people.some(({ id, suspended }) => id === createdBy && suspended === null)
}

/** How many tokens still work that people made who may come in no more. */
export function MadeByGone({ live }: { readonly live: readonly Token[] }) {
  const people = useQuery(peopleOptions).data
  const count = people === undefined ? 0 : live.filter((token) => isMadeByGone(token, people)).length
  if (count === 0) return null
  return (
    <div className={classes.notice} role="note">
      <Text fw={600}>
        {count === 1
          ? '1 token was made by somebody who is no member any more'
          : `${count} tokens were made by people who are no members any more`}
      </Text>
      <Text size="sm">
        Tokens are the organisation’s and go on working. If the person may still have one, make a new one for the
        program and revoke the old one; the list says which.
      </Text>
    </div>
  )
}
