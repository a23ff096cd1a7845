import { Checkbox } from '@mantine/core'
import { operatorRoles, type OperatorRole } from '@keyhold/contract'

const about: Record<OperatorRole, string> = {
  monitoring: 'Sees health, versions and figures of organisations',
  administration: 'Decides who the operators are; makes and suspends organisations',
  upgrade: 'Sees versions; announces work',
  recovery: 'Fetches ciphertext for restoring',
}

type Props = { readonly value: readonly string[]; readonly onChange: (roles: OperatorRole[]) => void }

/** Which roles an operator has. */
export function RoleChecks({ value, onChange }: Props) {
  return (
    <Checkbox.Group
      label="Roles"
      value={[...value]}
      onChange={(chosen) => onChange(operatorRoles.filter((role) => chosen.includes(role)))}
      mb="md"
    >
      {operatorRoles.map((role) => (
        <Checkbox key={role} value={role} label={role} description={about[role]} mt="xs" />
      ))}
    </Checkbox.Group>
  )
}
