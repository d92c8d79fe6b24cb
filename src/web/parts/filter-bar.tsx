// The filter bar: tokens typed with completion or picked from facets; the bar is the URL.
import { Combobox, Menu, Pill, PillsInput, UnstyledButton, useCombobox } from "@mantine/core";
import { useEffect, useState } from "react";
import css from "./filter-bar.module.css";
import { type Filter, parseFilter, type Token, valuesOf, withToken } from "./filter-text.ts";
import { Icon } from "./icon.tsx";
import { whole } from "./number.ts";

export interface FilterValue {
  value: string;
  label?: string;
  count?: number | undefined;
}
export interface FilterKey {
  key: string;
  label: string;
  /** What can be picked; without it the value is typed. */
  values?: FilterValue[];
  /** Shown as a menu beside the bar. */
  isFacet?: boolean;
  /** One value only: a new one takes the old one's place. */
  isSingle?: boolean;
  example?: string;
}
interface FilterBarProps {
  keys: FilterKey[];
  filter: Filter;
  onChange: (filter: Filter) => void;
  /** What free text searches; without it the bar takes tokens only. */
  textHint?: string;
}

const textDelayMs = 300;

export function FilterBar(props: FilterBarProps) {
  const { keys, filter, onChange } = props;
  const facets = keys.filter((key) => key.isFacet && (key.values?.length ?? 0) > 0);
  return (
    <div className={css.filter}>
      <FilterInput {...props} />
      {facets.length > 0 && (
        <div className={css.facets}>
          {facets.map((key) => (
            <Facet key={key.key} facet={key} filter={filter} onChange={onChange} />
          ))}
        </div>
      )}
    </div>
  );
}

const pick = (filter: Filter, key: FilterKey | undefined, token: Token, isWanted: boolean): Filter =>
  withToken(
    key?.isSingle && isWanted
      ? { ...filter, tokens: filter.tokens.filter((each) => each.key !== token.key) }
      : filter,
    token,
    isWanted,
  );

function Facet({
  facet,
  filter,
  onChange,
}: {
  facet: FilterKey;
  filter: Filter;
  onChange: (filter: Filter) => void;
}) {
  const chosen = valuesOf(filter, facet.key);
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <UnstyledButton className={css.facet} data-active={chosen.length > 0 || undefined}>
          {facet.label}
          {chosen.length > 0 && <span className={css.chosen}>{chosen.length}</span>}
          <Icon name="down" size={12} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={css.menu}>
        {facet.values?.map(({ value, label, count }) => {
          const isChosen = chosen.includes(value);
          return (
            <Menu.CheckboxItem
              key={value}
              checked={isChosen}
              rightSection={count === undefined ? null : <span className="muted">{whole(count)}</span>}
              onChange={(isWanted) => onChange(pick(filter, facet, { key: facet.key, value }, isWanted))}
            >
              {label ?? value}
            </Menu.CheckboxItem>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function FilterInput({ keys, filter, onChange, textHint }: FilterBarProps) {
  const [draft, setDraft] = useState(filter.text);
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const names = keys.map((key) => key.key);
  useEffect(() => setDraft(filter.text), [filter.text]);
  useEffect(() => {
    const isToken = draft
      .split(/\s+/)
      .some((word) => names.includes(word.slice(0, Math.max(0, word.indexOf(":")))));
    if (textHint === undefined || draft === filter.text || isToken) return;
    const timer = setTimeout(() => onChange({ ...filter, text: draft }), textDelayMs);
    return () => clearTimeout(timer);
  }, [draft, filter, onChange, textHint, names]);

  const commit = (line: string) => {
    const typed = parseFilter(line, names);
    const text = textHint === undefined ? "" : typed.text;
    let next: Filter = { ...filter, text };
    for (const token of typed.tokens) {
      next = pick(
        next,
        keys.find((key) => key.key === token.key),
        token,
        true,
      );
    }
    setDraft(text);
    onChange(next);
  };
  const options = completions(keys, draft, filter);
  const choose = (option: string) => {
    const start = draft.slice(0, draft.length - lastWord(draft).length);
    if (option.endsWith(":")) setDraft(start + option);
    else commit(start + option);
    box.resetSelectedOption();
  };
  const labelOf = ({ key, value }: Token) =>
    keys.find((each) => each.key === key)?.values?.find((each) => each.value === value)?.label ?? value;
  const hint =
    textHint ??
    `Filter: ${keys
      .slice(0, 3)
      .map(({ key }) => `${key}:…`)
      .join(", ")}`;

  return (
    <Combobox store={box} onOptionSubmit={choose} position="bottom-start" offset={2}>
      <Combobox.DropdownTarget>
        <PillsInput size="xs" className={css.input} leftSection={<Icon name="search" size={14} />}>
          <Pill.Group gap={4}>
            {filter.tokens.map((token) => (
              <Pill
                key={`${token.key}:${token.value}`}
                radius="xs"
                withRemoveButton
                removeButtonProps={{
                  "aria-label": `Remove ${token.key} ${labelOf(token)}`,
                  tabIndex: 0,
                  "aria-hidden": false,
                }}
                onRemove={() => onChange(withToken(filter, token, false))}
              >
                <span className="muted">{token.key}:</span>
                {labelOf(token)}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                value={draft}
                aria-label="Filter"
                placeholder={filter.tokens.length === 0 ? hint : ""}
                onFocus={() => box.openDropdown()}
                onClick={() => box.openDropdown()}
                onBlur={() => box.closeDropdown()}
                onChange={(event) => {
                  setDraft(event.currentTarget.value);
                  box.openDropdown();
                  box.resetSelectedOption();
                }}
                onKeyDown={(event) => {
                  if (event.key === "Enter" && box.getSelectedOptionIndex() === -1) {
                    event.preventDefault();
                    commit(draft);
                  } else if (event.key === "Backspace" && draft === "" && filter.tokens.length > 0) {
                    event.preventDefault();
                    onChange({ ...filter, tokens: filter.tokens.slice(0, -1) });
                  }
                }}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={options.length === 0}>
        <Combobox.Options className={css.options} aria-label="Completions">
          {options.map(({ text, note, count }) => (
            <Combobox.Option key={text} value={text} className={css.option}>
              <span className="mono trim">{text}</span>
              <span className="muted trim">{note}</span>
              {count !== undefined && <span className={css.count}>{whole(count)}</span>}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface Completion {
  text: string;
  note: string;
  count?: number | undefined;
}
const lastWord = (line: string) => /(?:[^\s"]|"[^"]*"?)*$/.exec(line)?.[0] ?? "";
const maxCompletions = 40;

function completions(keys: FilterKey[], draft: string, filter: Filter): Completion[] {
  const word = lastWord(draft);
  const colon = word.indexOf(":");
  const key = keys.find((each) => each.key === word.slice(0, Math.max(0, colon)));
  if (!key) {
    return keys
      .filter((each) => each.key.startsWith(word.toLowerCase()))
      .map((each) => ({ text: `${each.key}:`, note: each.example ?? each.label }));
  }
  const typed = word
    .slice(colon + 1)
    .replaceAll('"', "")
    .toLowerCase();
  const chosen = valuesOf(filter, key.key);
  return (key.values ?? [])
    .filter(
      ({ value, label }) =>
        !chosen.includes(value) && `${value} ${label ?? ""}`.toLowerCase().includes(typed),
    )
    .slice(0, maxCompletions)
    .map(({ value, label, count }) => ({
      text: `${key.key}:${/\s/.test(value) ? `"${value}"` : value}`,
      note: label === value ? "" : (label ?? ""),
      count,
    }));
}
