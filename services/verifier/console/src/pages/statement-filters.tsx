import { useArchive } from '../api/archive-state.ts';
import { goTo, href } from '../route.ts';
import { KIND_WORDS } from '../words/statement-words.ts';

const RESULTS = ['accepted', 'rejected', 'pending'];
const VERDICTS = ['PASS', 'FAIL', 'INDETERMINATE'];

/** The filters above the list. What they are set to stands in the address, so a view can be kept and sent on. */
export function StatementFilters({ query }: { readonly query: URLSearchParams }) {
  const { value: archive } = useArchive();
  const apply = (event: Event): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const given = [...data].flatMap(([name, value]) => {
      const text = String(value).trim();
      return text === '' ? [] : [[name, MOMENTS.has(name) ? new Date(`${text}Z`).toISOString() : text]];
    });
    goTo(href(['statements'], new URLSearchParams(given)));
  };
  const choice = (name: string, label: string, options: readonly (readonly [string, string])[]) => (
    <label>
      {label}
      <select name={name}>
        <option value="">any</option>
        {options.map(([value, words]) => (
          <option key={value} value={value} selected={query.get(name) === value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
  const field = (name: string, label: string, attributes: Readonly<Record<string, string | number>> = {}) => (
    <label>
      {label}
      <input
        name={name}
        defaultValue={initial(name, query.get(name))}
        autocomplete="off"
        spellcheck={false}
        {...attributes}
      />
    </label>
  );
  return (
    <search aria-label="Narrow the list" class="no-print">
      <form class="filters" onSubmit={apply}>
        {choice(
          'kind',
          'Kind',
          Object.entries(KIND_WORDS).map(([kind, { name }]) => [kind, name] as const),
        )}
        {choice('result', 'Result', same(RESULTS))}
        {choice('verdict', 'Verdict', same(VERDICTS))}
        {choice('bank', 'Bank', same(archive?.banks ?? [query.get('bank') ?? ''].filter(Boolean)))}
        {choice('scope', 'Scope', same(archive?.scopes ?? [query.get('scope') ?? ''].filter(Boolean)))}
        {field('window', 'Window', { inputmode: 'numeric', pattern: '[1-9][0-9]*', size: 5 })}
        {field('model', 'Model commitment', { inputmode: 'numeric', pattern: '[0-9]+' })}
        {field('receivedFrom', 'Received from (UTC)', { type: 'datetime-local', step: 1 })}
        {field('receivedBefore', 'Before (UTC)', { type: 'datetime-local', step: 1 })}
        <div class="actions">
          <button type="submit">Apply</button>
          <a href={href(['statements'])}>Clear</a>
        </div>
      </form>
    </search>
  );
}

const MOMENTS = new Set(['receivedFrom', 'receivedBefore']);

/** A moment as the field wants it: without its zone, which is UTC here. */
function initial(name: string, value: string | null): string {
  return value === null ? '' : MOMENTS.has(name) ? value.replace(/(\.\d+)?Z$/, '') : value;
}

function same(values: readonly string[]): (readonly [string, string])[] {
  return values.map((value) => [value, value] as const);
}
