import { Select } from '@mantine/core'
import { roles, type Role } from '@keyhold/contract'
import { useSession } from '../../api/use-data.ts'
import { roleWords } from './role-words.ts'

type Props = { readonly value: Role; readonly onChange: (role: Role) => void }

/** The roles that the person may give. */
export function RoleSelect({ value, onChange }: Props) {
  const { self } = useSession()
  const given = roles.filter((role) => role !== 'owner' || self.role === 'owner')
  return (
    <Select
      label="Role"
      description={roleWords[value]}
      data={[...given]}
      value={value}
      allowDeselect={false}
      onChange={(role) => onChange(given.find((known) => known === role) ?? value)}
    />
  )
}
