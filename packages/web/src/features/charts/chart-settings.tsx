import { Checkbox, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import type { ResultTable } from '@keyhold/client'
import type { ChartKind, ChartSpec } from '@keyhold/contract'
import { kindOfType } from '../results/column-kind.ts'
import { KindPicker } from './kind-picker.tsx'
import classes from './chart-settings.module.css'
import { fieldsOf, withoutEmpty } from './chart-fields.ts'

type Props = {
  readonly spec: ChartSpec
  readonly result: ResultTable
  readonly onChange: (spec: ChartSpec) => void
}

/** Everything about a chart that a person may want otherwise. Changes are seen at once. */
export function ChartSettings({ spec, result, onChange }: Props) {
  const change = (part: { readonly [K in keyof ChartSpec]?: ChartSpec[K] | undefined }): void =>
    onChange(withoutEmpty({ ...spec, ...part }))
  const names = result.columns.map(({ name }) => name)
  const numbers = result.columns.filter(({ type }) => kindOfType(type) === 'number').map(({ name }) => name)
  const fields = fieldsOf(spec.kind)
  return (
    <div className={classes.settings}>
      <KindPicker value={spec.kind} onChange={(kind: ChartKind) => change({ kind })} />
      {fields.x !== null && (
        <Select
          size="xs"
          label={fields.x}
          data={[...new Set(names)]}
          value={spec.x ?? null}
          clearable={spec.kind === 'number'}
          onChange={(x) => change({ x: x ?? undefined })}
        />
      )}
      {fields.y !== null && (
        <MultiSelect
          size="xs"
          label={fields.y}
          data={[...new Set(numbers)]}
          value={spec.y ?? []}
          maxValues={fields.measures}
          onChange={(y) => change({ y })}
        />
      )}
      {fields.split !== null && (
        <Select
          size="xs"
          label={fields.split}
          data={[...new Set(names)]}
          value={spec.split ?? null}
          clearable={spec.kind !== 'heatmap'}
          onChange={(split) => change({ split: split ?? undefined })}
        />
      )}
      <LayoutFields spec={spec} onChange={change} />
      <NumberFields spec={spec} onChange={change} />
    </div>
  )
}

type PartProps = {
  readonly spec: ChartSpec
  readonly onChange: (part: { readonly [K in keyof ChartSpec]?: ChartSpec[K] | undefined }) => void
}

function LayoutFields({ spec, onChange }: PartProps) {
  const fields = fieldsOf(spec.kind)
  return (
    <>
      {fields.stack && (
        <Select
          size="xs"
          label="Series lie"
          data={[
            { value: 'none', label: 'Beside each other' },
            { value: 'stacked', label: 'On top of each other' },
            { value: 'share', label: 'As parts of 100 %' },
          ]}
          value={spec.stack ?? 'none'}
          allowDeselect={false}
          onChange={(stack) => onChange({ stack: stack as ChartSpec['stack'] })}
        />
      )}
      {fields.order && (
        <Select
          size="xs"
          label="Order"
          data={[
            { value: 'result', label: 'As the rows come' },
            { value: 'value', label: 'Largest first' },
            { value: 'name', label: 'By name' },
          ]}
          value={spec.sort ?? (spec.kind === 'bar' ? 'value' : 'result')}
          allowDeselect={false}
          onChange={(sort) => onChange({ sort: sort as ChartSpec['sort'] })}
        />
      )}
      <CountFields spec={spec} onChange={onChange} />
      {fields.axis && <AxisChecks spec={spec} onChange={onChange} />}
    </>
  )
}

function CountFields({ spec, onChange }: PartProps) {
  const counted = (value: string | number): number | undefined => (typeof value === 'number' ? value : undefined)
  return (
    <>
      {fieldsOf(spec.kind).most && (
        <NumberInput
          size="xs"
          label="Most to show"
          description="The rest is “Other”"
          min={2}
          max={100}
          placeholder="as many as fit"
          value={spec.most ?? ''}
          onChange={(most) => onChange({ most: counted(most) })}
        />
      )}
      {spec.kind === 'histogram' && (
        <NumberInput
          size="xs"
          label="Bins"
          min={2}
          max={100}
          placeholder="chosen"
          value={spec.bins ?? ''}
          onChange={(bins) => onChange({ bins: counted(bins) })}
        />
      )}
    </>
  )
}

function AxisChecks({ spec, onChange }: PartProps) {
  return (
    <div className={classes.checks}>
      <Checkbox
        size="xs"
        label="Values beside the marks"
        checked={spec.labels ?? false}
        onChange={(event) => onChange({ labels: event.currentTarget.checked || undefined })}
      />
      <Checkbox
        size="xs"
        label="Axis from zero"
        checked={(spec.from ?? (spec.kind === 'line' ? 'data' : 'zero')) === 'zero'}
        onChange={(event) => onChange({ from: event.currentTarget.checked ? 'zero' : 'data' })}
      />
      <Checkbox
        size="xs"
        label="Logarithmic"
        checked={spec.log ?? false}
        onChange={(event) => onChange({ log: event.currentTarget.checked || undefined })}
      />
    </div>
  )
}

function NumberFields({ spec, onChange }: PartProps) {
  const numbers = spec.numbers ?? {}
  const change = (part: object): void => onChange({ numbers: withoutEmpty({ ...numbers, ...part }) })
  return (
    <>
      <Select
        size="xs"
        label="Numbers"
        data={[
          { value: 'plain', label: '1,234.5' },
          { value: 'compact', label: '1.2k' },
          { value: 'percent', label: '0.12 as 12 %' },
        ]}
        value={numbers.scale ?? 'plain'}
        allowDeselect={false}
        onChange={(scale) => change({ scale: scale === 'plain' ? undefined : scale })}
      />
      <div className={classes.pair}>
        <TextInput
          size="xs"
          label="Before"
          placeholder="€"
          maxLength={12}
          value={numbers.prefix ?? ''}
          onChange={(event) => change({ prefix: event.currentTarget.value || undefined })}
        />
        <TextInput
          size="xs"
          label="Behind"
          placeholder=" km"
          maxLength={12}
          value={numbers.suffix ?? ''}
          onChange={(event) => change({ suffix: event.currentTarget.value || undefined })}
        />
        <NumberInput
          size="xs"
          label="Digits"
          min={0}
          max={10}
          value={numbers.decimals ?? ''}
          onChange={(decimals) => change({ decimals: typeof decimals === 'number' ? decimals : undefined })}
        />
      </div>
      {spec.kind === 'number' && (
        <Select
          size="xs"
          label="Better is"
          clearable
          data={[
            { value: 'more', label: 'More' },
            { value: 'less', label: 'Less' },
          ]}
          value={spec.better ?? null}
          onChange={(better) => onChange({ better: better ?? undefined })}
        />
      )}
    </>
  )
}
