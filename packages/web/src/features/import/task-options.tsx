import { Button, Collapse, Select, Switch, TextInput } from '@mantine/core'
import type { ImportOpening } from '@keyhold/contract'
import ChevronDown from 'lucide-react/icons/chevron-down'
import { useState } from 'react'
import { formatTitles, type Format } from './file-name.ts'
import classes from './import-page.module.css'
import { changeChoice, type ImportTask } from './import-tasks.ts'
import { changeSetting, listFields, type OptionField } from './option-fields.ts'

/** How the file is to be read; what is left open is found out. */
export function TaskOptions({ task }: { readonly task: ImportTask }) {
  const [opened, setOpened] = useState(false)
  const { settings } = task.choice
  const set = (next: ImportOpening): void => changeChoice(task.id, { settings: next })
  return (
    <>
      <Button
        mt="sm"
        size="compact-sm"
        variant="subtle"
        color="gray"
        aria-expanded={opened}
        rightSection={<ChevronDown size={14} aria-hidden="true" />}
        onClick={() => setOpened(!opened)}
      >
        {formatTitles[settings.format]}, the rest is found out
      </Button>
      <Collapse expanded={opened}>
        <div className={classes.options}>
          <Select
            label="Format"
            data={Object.entries(formatTitles).map(([value, label]) => ({ value, label }))}
            value={settings.format}
            allowDeselect={false}
            onChange={(format) => set({ fileName: settings.fileName, format: (format ?? 'csv') as Format })}
          />
          {listFields(settings.format).map((field) => (
            <OptionInput key={`${settings.format} ${field.name}`} field={field} settings={settings} onChange={set} />
          ))}
          <Switch
            label="Let the table’s columns change"
            checked={settings.allowSchemaChange === true}
            onChange={(event) => set(flag(settings, 'allowSchemaChange', event.currentTarget.checked))}
          />
          <Switch
            label="Put bad rows into quarantine"
            checked={settings.badRows === 'quarantine'}
            onChange={(event) => set(quarantine(settings, event.currentTarget.checked))}
          />
          <Switch
            label="Let the table shrink by half or more"
            checked={settings.allowShrink === true}
            onChange={(event) => set(flag(settings, 'allowShrink', event.currentTarget.checked))}
          />
        </div>
      </Collapse>
    </>
  )
}

type InputProps = {
  readonly field: OptionField
  readonly settings: ImportOpening
  readonly onChange: (settings: ImportOpening) => void
}

/** Keeps what is typed; the setting follows as soon as the text is one. */
function OptionInput({ field, settings, onChange }: InputProps) {
  const [text, setText] = useState(() => field.read(settings))
  const change = (typed: string): void => {
    setText(typed)
    const next = changeSetting(settings, field, typed)
    if (next !== undefined) onChange(next)
  }
  if (field.choices !== undefined) {
    return (
      <Select
        label={field.label}
        placeholder={field.hint}
        data={[...field.choices]}
        clearable
        value={text === '' ? null : text}
        onChange={(value) => change(value ?? '')}
      />
    )
  }
  const fits = changeSetting(settings, field, text) !== undefined
  return (
    <TextInput
      label={field.label}
      placeholder={field.hint}
      value={text}
      error={fits ? null : 'This is not taken'}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

function flag(settings: ImportOpening, name: 'allowSchemaChange' | 'allowShrink', on: boolean): ImportOpening {
  const { [name]: _, ...rest } = settings
  return on ? { ...rest, [name]: true } : rest
}

function quarantine(settings: ImportOpening, on: boolean): ImportOpening {
  const { badRows: _, ...rest } = settings
  return on ? { ...rest, badRows: 'quarantine' } : rest
}
