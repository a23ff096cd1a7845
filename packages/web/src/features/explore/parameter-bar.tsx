import { ActionIcon, Menu, Select, TagsInput, TextInput, type TextInputProps } from '@mantine/core'
import type { QueryParameter } from '@keyhold/contract'
import Settings2 from 'lucide-react/icons/settings-2'
import classes from './parameter-bar.module.css'
import { findFault, type ParameterType, type ParameterValue } from './parameter-values.ts'

type Props = {
  readonly parameters: readonly QueryParameter[]
  readonly onChange: (name: string, value: ParameterValue) => void
  readonly onRun: () => void
}

const typeNames: Readonly<Record<ParameterType, string>> = {
  text: 'Text',
  integer: 'Whole number',
  decimal: 'Decimal number',
  boolean: 'True or false',
  date: 'Date',
  timestamp: 'Date and time',
}

/** A field for each `$name` of the SQL. What is filled in travels as a typed value, never as SQL. */
export function ParameterBar({ parameters, onChange, onRun }: Props) {
  if (parameters.length === 0) return null
  return (
    <fieldset className={classes.bar}>
      <legend className={classes.legend}>Parameters</legend>
      {parameters.map((parameter) => (
        <div key={parameter.name} className={classes.parameter}>
          <ParameterField parameter={parameter} onChange={onChange} onRun={onRun} />
          <TypeMenu parameter={parameter} onChange={onChange} />
        </div>
      ))}
    </fieldset>
  )
}

type FieldProps = { readonly parameter: QueryParameter } & Pick<Props, 'onChange' | 'onRun'>

function ParameterField({ parameter, onChange, onRun }: FieldProps) {
  const { name, type, value } = parameter
  const fault = findFault(parameter)
  const common: TextInputProps = {
    size: 'xs',
    label: `$${name}`,
    error: fault,
    classNames: { label: classes.label ?? '' },
  }
  if (Array.isArray(value)) {
    return (
      <TagsInput
        {...(common as object)}
        placeholder={value.length === 0 ? 'none of them' : ''}
        value={value}
        onChange={(values) => onChange(name, { type, value: values })}
      />
    )
  }
  if (type === 'boolean') {
    return (
      <Select
        {...(common as object)}
        placeholder="NULL"
        clearable
        data={['true', 'false']}
        value={value}
        onChange={(chosen) => onChange(name, { type, value: chosen })}
      />
    )
  }
  return (
    <TextInput
      {...common}
      type={type === 'date' ? 'date' : 'text'}
      inputMode={type === 'integer' ? 'numeric' : type === 'decimal' ? 'decimal' : undefined}
      placeholder="NULL"
      value={value ?? ''}
      onChange={(event) => {
        const text = event.currentTarget.value
        onChange(name, { type, value: text === '' && type !== 'text' ? null : text })
      }}
      onKeyDown={(event) => event.key === 'Enter' && onRun()}
    />
  )
}

function TypeMenu({ parameter, onChange }: Omit<FieldProps, 'onRun'>) {
  const { name, type, value } = parameter
  const isList = Array.isArray(value)
  const single = isList ? (value[0] ?? null) : value
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Type of $${name}: ${typeNames[type]}`}>
          <Settings2 size={14} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Type</Menu.Label>
        {(Object.keys(typeNames) as ParameterType[]).map((each) => (
          <Menu.Item
            key={each}
            onClick={() => onChange(name, { type: each, value })}
            aria-current={each === type || undefined}
          >
            {typeNames[each]}
            {each === type ? ' ✓' : ''}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => onChange(name, { type, value: isList ? single : single === null ? [] : [single] })}>
          {isList ? 'One value' : 'A list, for IN'}
        </Menu.Item>
        <Menu.Item onClick={() => onChange(name, { type, value: null })}>Leave it NULL</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
